"""The county's committee reads the campaign: target, scope, trained, rate, shares, composition, as of a day; and its people write and are answered."""

from tests.walks.visitor import Visitor


def test_the_board_of_the_campaign(desk: Visitor) -> None:
    desk.sign_in("county").go("/desk").sees("学习活动", "职务", "操作记录").looks_right()
    desk.tap("学习活动").looks_right().tap("万名党员进党校")
    desk.sees("10,000", "应训", "已训", "完成率", "线上", "集中", "送学", "不作硬性要求", "统计日期", "名额", "柳荫村党支部").looks_right()
    before = desk.words()
    desk.page.locator("input[type=date]").fill("2026-10-20")
    desk.tap("看这一天").sees("2026年10月20日").looks_right()
    assert desk.words() != before
    desk.go("/appointments").looks_right().go("/people").looks_right()


def test_a_township_sees_its_own_and_a_letter_is_answered(phone: Visitor, desk: Visitor) -> None:
    phone.sign_in("clerk").page.get_by_role("contentinfo").get_by_role("link", name="投诉建议").click()
    phone.page.wait_for_load_state()
    phone.looks_right()
    phone.fill("您的意见", "字还想再大一点。").tap("送出").sees("等待答复").looks_right()
    desk.sign_in("town").go("/desk").tap("投诉建议").looks_right().tap("字还想再大一点").looks_right()
    desk.fill("答复", "点右上角“长辈版”就会变大。").tap("答复").sees("已答复")
    phone.go("/feedback").sees("长辈版", "答复").looks_right()


def test_the_township_keeps_its_tree(phone: Visitor) -> None:
    town = phone
    town.sign_in("town").go("/desk").tap("登记、改名、移动").sees("样例镇党委", "向阳社区党委").looks_right()
    town.tap("登记下级组织").looks_right()
    town.fill("名称", "新桥村党支部").fill("代码", "QC01XQ").page.get_by_label("级别").select_option(label="党支部")
    town.tap("登记").sees("新桥村党支部", "下面没有别的组织").looks_right()
    town.tap("改名或移动").looks_right()
    town.page.get_by_label("上级").select_option(label="向阳社区党委")
    town.fill("名称", "新桥社区党支部").tap("保存").sees("已保存", "新桥社区党支部", "向阳社区党委")
    town.page.locator("summary", has_text="撤销这个组织").click()
    town.tap("确认撤销").sees("已撤销").looks_right()
