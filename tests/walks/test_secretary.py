"""A branch secretary keeps the roster, helps someone in, takes a roll call, brings a course home and confirms the branch's record; others read it."""

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.roster import books
from tests.walks.visitor import Visitor

NEWCOMER = "郑新新"
COURSE = "消防安全进家门（微课）"


def more(secretary: Visitor) -> Visitor:
    """Open what the branch's page keeps folded."""
    secretary.page.locator("summary", has_text="更多：").click()
    return secretary


def add_someone(secretary: Visitor) -> None:
    more(secretary).tap("添加同志").looks_right()
    secretary.fill("姓名", NEWCOMER).fill("手机号", "1380000").tap("加入名册").sees("11 位数字").looks_right()
    assert secretary.page.get_by_label("姓名").input_value() == NEWCOMER
    secretary.fill("手机号", "").tap("加入名册").sees("帮助郑新新登录").looks_right()


def bring_roster(secretary: Visitor, folder: Path) -> None:
    """A file as branches keep it is looked over, then imported; the second time nothing is left to do."""
    rows = [
        ["柳荫村党支部党员名册"],
        ["姓名", "党员类别", "身份证号", "联系电话", "入党时间"],
        ["周新新", "预备党员", books.IDENTITY, "19900009901", "2026年1月"],
    ]
    path = books.xlsx(folder / "名册.xlsx", [*rows, ["吴新新", "群众", "", "无", ""]])
    for button in ("导入这 1 人", "没有要导入的变化"):
        more(secretary).tap("名册导入导出").looks_right()
        secretary.page.get_by_label("名册文件").set_input_files(path)
        secretary.tap("读取文件").sees("身份证号，整栏没有读取", button, "类别请写", "第 4 行").sees_not(books.IDENTITY).looks_right()
        if button.startswith("导入"):
            secretary.tap(button).sees("已导入：新加入 1 人", "周新新")
    secretary.page.locator("summary", has_text="每一栏是什么").click()
    secretary.looks_right()


def print_card(secretary: Visitor) -> tuple[str, str]:
    """The address and the PIN that stand on the card."""
    secretary.tap("做一张新卡片").sees("首次登录卡", NEWCOMER).looks_right()
    address = secretary.page.locator(".sign-in-card .hash").inner_text()
    pin = secretary.page.locator(".sign-in-card .pin").inner_text()
    assert re.fullmatch(r"[2-9]{3} [2-9]{3}", pin)
    return address, pin


def first_sign_in(newcomer: Visitor, address: str, pin: str) -> None:
    newcomer.go(address).sees("郑**").sees_not(NEWCOMER).looks_right()
    newcomer.expected.add(422)
    newcomer.fill("六位数字", "222222").fill("密码", "荷塘月色2026").page.get_by_label("再").fill("荷塘月色2026")
    newcomer.tap("开始学习").sees("数字不对").looks_right()
    newcomer.page.get_by_label("显示输入的内容").check()
    assert newcomer.page.get_by_label("新密码").get_attribute("type") == "text", "whoever types slowly may see the password they write"
    newcomer.fill("六位数字", pin).fill("密码", "荷塘月色2026").page.get_by_label("再").fill("荷塘月色2026")
    newcomer.tap("开始学习").sees("欢迎来到空中大讲堂", "万名党员进党校")


def take_roll(secretary: Visitor) -> None:
    secretary.tap("集中收看点名").looks_right()
    page = secretary.page
    assert not page.get_by_label("举办单位").is_visible(), "what most never fill in is folded away"
    page.get_by_role("radio", name="外出轮训").check()
    page.get_by_label("举办单位").wait_for()
    page.get_by_role("radio", name="集中收看").check()
    page.get_by_label("课程").select_option(label=COURSE)
    secretary.fill("地点", "村党群服务中心")
    page.get_by_role("button", name="全不选").click()
    for name in (NEWCOMER, "陈戊"):
        page.get_by_label(name, exact=True).check()
    page.get_by_label("李乙没到的原因").select_option(label="请假：年老体弱")
    page.get_by_text("实到 2 人").wait_for()
    secretary.tap("登记这次点名").sees("实到 2 人，请假 1 人", "还没有保存").looks_right()
    secretary.tap("确认登记").sees("签到表", "年老体弱", "本人登记").looks_right()


def bring_home(secretary: Visitor) -> None:
    secretary.tap("登记送学上门").looks_right()
    secretary.page.get_by_label("同志").select_option(label="李乙")
    secretary.page.get_by_label("课程").select_option(label=COURSE)
    secretary.fill("做了什么", "到家中讲了防火常识，留下大字版材料").tap("登记").sees("李乙", "还没有保存").looks_right()
    secretary.tap("确认登记").sees("李乙", "由县里撤销").looks_right()


def confirmed(secretary: Visitor) -> tuple[str, bytes, bytes]:
    """The number of the record, its PDF and its sheet."""
    secretary.tap("支部完成记录").sees("统计日期", "完成率").looks_right()
    secretary.page.locator("summary", has_text="确认支部完成记录").click()
    secretary.tap("确认").sees("支部完成记录已确认", NEWCOMER).looks_right()
    number = re.search(r"QC0104Z-\d{4}-\d{6}-[0-9A-Z*]", secretary.words())
    assert number, secretary.words()[:800]
    kept = [secretary.page.request.get(f"{secretary.page.url}.{kind}") for kind in ("pdf", "xlsx")]
    assert [answer.status for answer in kept] == [200, 200]
    return number.group(0), kept[0].body(), kept[1].body()


def fetched(auditor: Visitor, path: str, into: Path) -> Path:
    """A file of the site, as the auditor downloads it."""
    answer = auditor.page.request.get(path if path.startswith("http") else f"{auditor.url}{path}")
    assert answer.status == 200, f"{path}: {answer.status}"
    into.write_bytes(answer.body())
    return into


def verified(program: Path, *things: str) -> tuple[int, str]:
    """What the program says that was downloaded from the site, run on its own in an empty folder."""
    ended = subprocess.run([sys.executable, "-I", str(program), *things], cwd=program.parent, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout + ended.stderr


def prove(auditor: Visitor, record: str, paper: Path, folder: Path) -> None:
    """The auditor holds the printed record, downloads the rest, and proves it with the stand-alone program; one changed figure is found."""
    folder.mkdir()
    printed = re.sub(r"\s", "", subprocess.run(["pdftotext", str(paper), "-"], check=True, capture_output=True, text=True).stdout)
    root, size = re.search(r"根指纹：([0-9a-f]{64})", printed), re.search(r"登记簿存根共(\d+)条", printed)
    assert root and size, printed[-900:]
    auditor.go("/check/log").sees("独立")
    program = fetched(auditor, "/check/verify.py", folder / "verify.py")
    proof, log = fetched(auditor, f"{record}.json", folder / "proof.json"), fetched(auditor, "/check/log/export.jsonl", folder / "log.jsonl")
    kept, pdf = fetched(auditor, f"/check/log/checkpoints/{size[1]}.txt", folder / "kept.txt"), fetched(auditor, f"{record}.pdf", folder / "record.pdf")
    assert pdf.read_bytes() == paper.read_bytes()
    given = ("--root", root[1], "--kept", str(kept), str(log), str(proof), str(pdf))
    code, said = verified(program, *given)
    assert code == 0, said
    proof.write_text(proof.read_text().replace(f'"name": "{NEWCOMER}"', '"name": "郑旧旧"', 1))
    assert verified(program, *given)[0] == 1, "a name that was changed in the proof is not found"
    fetched(auditor, f"{record}.json", proof)
    pdf.write_bytes(pdf.read_bytes().replace(b"/Page", b"/Pagf", 1))
    assert verified(program, *given)[0] == 1, "a byte that was changed in the PDF is not found"


@pytest.mark.timeout(480)  # the longest of the walks: a whole day and its proof
@pytest.mark.both  # a roll call, home delivery and the branch's record write for many people in one transaction
def test_a_secretarys_day(phone: Visitor, second_phone: Visitor, second_desk: Visitor, tmp_path: Path) -> None:
    secretary = phone
    secretary.expected.add(422)
    secretary.sign_in("secretary").go("/desk").sees("柳荫村党支部", "需要帮助", "学习中", "已完成").sees_not("石桥村").looks_right()
    branch = secretary.page.url
    bring_roster(secretary, tmp_path)
    more(secretary.go(branch)).tap("批量打印登录卡").sees("周新新").looks_right()
    more(secretary.go(branch)).tap("组织关系转入").looks_right()
    secretary.go(branch).tap("周新新").tap("组织关系转出").looks_right()
    secretary.fill("转到哪个支部", "石桥村党支部").tap("提出转出").sees("等对方支部接收", "等石桥村党支部办理").looks_right()
    secretary.tap("撤回申请").sees("已撤回").go(branch)
    add_someone(secretary)
    address, pin = print_card(secretary)
    first_sign_in(second_phone, address, pin)
    second_phone.expected.add(404)
    second_phone.page.context.clear_cookies()
    second_phone.go(address).sees("这张卡片不能用了").looks_right()

    # A name is mended, a password reset; what was done is kept.
    secretary.go(branch).tap(NEWCOMER).sees("帮助登录").looks_right()
    secretary.tap("修改资料").looks_right()
    secretary.fill("联系人", "王丙").tap("保存").sees("已保存")
    secretary.tap("帮助登录").fill("用户名", "xinxin").tap("保存").sees("xinxin")
    secretary.tap("给临时密码").sees("只显示这一次").looks_right()
    temporary = secretary.page.locator(".pin").inner_text()
    second_phone.sign_in("xinxin", temporary).sees("这是临时密码").looks_right()

    secretary.go(branch)
    take_roll(secretary)
    secretary.go(branch)
    bring_home(secretary)

    # One person's record, and how it arose.
    secretary.go(branch).tap(NEWCOMER).sees("登记人 陈戊").looks_right()
    secretary.tap(COURSE).sees("集中收看", "村党群服务中心", "登记人 陈戊").looks_right()

    number, pdf, xlsx = confirmed(secretary.go(branch))
    record = secretary.page.url
    paper = tmp_path / "record.pdf"
    paper.write_bytes(pdf)
    text = subprocess.run(["pdftotext", "-layout", str(paper), "-"], check=True, capture_output=True, text=True).stdout
    assert number in text and NEWCOMER in text and "应训" in text
    cells = [str(cell.value) for row in load_workbook(io.BytesIO(xlsx)).active.iter_rows() for cell in row if cell.value is not None]
    assert NEWCOMER in cells and any(number in cell for cell in cells)

    # The auditor reads how it arose, and changes nothing.
    auditor = second_desk
    auditor.sign_in("auditor").go("/desk").looks_right().tap("记录核查").looks_right()
    auditor.fill("姓名或拼音", "zxx").tap("查找").tap(NEWCOMER).looks_right().tap(COURSE)
    auditor.sees("登记链", "村党群服务中心", "登记人 陈戊").looks_right()
    prove(auditor, record, paper, tmp_path / "proof")
    auditor.go("/erasures").sees("没有删除过").looks_right()
    auditor.go("/entries").sees("加入 郑新新", "重设密码", "首次登录卡").sees_not(temporary).looks_right()
    auditor.expected.add(403)
    auditor.go(branch.replace(auditor.url, "") + "/people/new").sees_not("加入名册")
