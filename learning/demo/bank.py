"""The demo's question bank: the questions of its courses by topic, and some that no course asks yet. Laws are cited by name and article."""

from dataclasses import replace

from courses.questions.rules import NewItem
from learning.demo.courses import COURSES, TOPICS, judge, single

_CODE, _SAFETY, _AID = "民法典", "安全生产", "急救"

_MORE = (
    replace(
        single(
            "《中华人民共和国民法典》自何时起施行？",
            "2020-05-28",
            "2021-01-01",
            "2021-07-01",
            "2022-01-01",
            answer=1,
            why="民法典第一千二百六十条：本法自 2021 年 1 月 1 日起施行。",
        ),
        topic=_CODE,
        difficulty=1,
    ),
    replace(
        single("民法典规定，成年人为年满多少周岁的自然人？", "14", "16", "18", "20", answer=2, why="民法典第十七条：十八周岁以上的自然人为成年人。"),
        topic=_CODE,
        difficulty=1,
    ),
    replace(
        single(
            "向人民法院请求保护民事权利的一般诉讼时效期间为几年？",
            "1 年",
            "2 年",
            "3 年",
            "5 年",
            answer=2,
            why="民法典第一百八十八条：三年；法律另有规定的，依照其规定。",
        ),
        topic=_CODE,
        difficulty=3,
    ),
    replace(judge("禁止从建筑物中抛掷物品。", right=True, why="民法典第一千二百五十四条：禁止从建筑物中抛掷物品。"), topic=_CODE, difficulty=1),
    replace(
        single(
            "安全生产工作坚持什么方针？",
            "效益优先",
            "安全第一、预防为主、综合治理",
            "先建后管",
            "事后处理",
            answer=1,
            why="《中华人民共和国安全生产法》第三条：坚持安全第一、预防为主、综合治理的方针。",
        ),
        topic=_SAFETY,
    ),
    NewItem("fill_in", "成人心肺复苏，每按压 30 次，吹气____次。", (), ("2", "两", "二"), "按压与吹气之比是 30:2。", _AID, 2),
)
BANK = (*(replace(item, topic=TOPICS[course.key]) for course in COURSES for item in course.items), *_MORE)
