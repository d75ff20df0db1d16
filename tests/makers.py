"""Makers of published courses, written straight as rows so that a test of study does not depend on the workshop."""

from dataclasses import dataclass

from courses.catalogue.models import Course, CourseVersion, Lesson, Publication, Series
from courses.kernel.db import db, transaction
from courses.media.models import Asset
from courses.questions.models import Question, Quiz, QuizItem
from tests.people import NOW, County


@dataclass(frozen=True)
class MadeCourse:
    """Ids of a course with one lecture of `seconds`, one text and one final quiz of two questions."""

    course: int
    version: int
    video: int
    text: int
    quiz: int
    questions: tuple[int, int]
    seconds: int


TEXT = "## 第一节\n\n" + "学习要讲究方法。" * 20 + "\n\n## 第二节\n\n" + "读完再做题。" * 20


def make_course(county: County, *, seconds: int = 100, title: str = "消防安全进家门（微课）") -> MadeCourse:
    """A course published for everyone, of a quarter of an hour."""
    with transaction():
        series = Series(organization_id=county.town, title=f"大讲堂{title}", created_at=NOW, created_by_id=county.trainer)
        db.session.add(series)
        db.session.flush()
        course = Course(series_id=series.id, author_id=county.trainer, created_at=NOW)
        quiz = Quiz(title="结业测验", pass_mark=60, shuffled=True, created_at=NOW)
        asset = Asset(
            sha256="0" * 64, file_name="a.mp4", bytes=1, state="ready", duration_seconds=seconds, has_picture=True, folder="media/none",
            uploaded_by_id=county.trainer, uploaded_at=NOW, ready_at=NOW,
        )  # fmt: skip
        questions = [
            Question(
                kind="single",
                stem="发现火灾应拨打",
                options=["110", "119", "120"],
                answer=[1],
                explanation="全国火警。",
                score=1,
                author_id=county.trainer,
                created_at=NOW,
            ),
            Question(
                kind="multiple",
                stem="闻到燃气味应当",
                options=["关阀门", "开灯", "开窗"],
                answer=[0, 2],
                explanation="燃气常识。",
                score=1,
                author_id=county.trainer,
                created_at=NOW,
            ),
        ]
        db.session.add_all([course, quiz, asset, *questions])
        db.session.flush()
        quiz.items = [QuizItem(question=question, position=place) for place, question in enumerate(questions)]
        version = CourseVersion(
            course=course, number=1, title=title, summary="", final_quiz_id=quiz.id, open_material=True, created_at=NOW, created_by_id=county.trainer
        )
        db.session.add(version)
        db.session.flush()
        video = Lesson(version_id=version.id, origin="v1", position=1, kind="video", title="讲座", asset_id=asset.id)
        text = Lesson(version_id=version.id, origin="t1", position=2, kind="text", title="读一读", text=TEXT)
        db.session.add_all([video, text, Publication(version_id=version.id, approved_quarters=1, at=NOW, by_id=county.reviewer)])
        db.session.flush()
        return MadeCourse(course.id, version.id, video.id, text.id, quiz.id, (questions[0].id, questions[1].id), seconds)
