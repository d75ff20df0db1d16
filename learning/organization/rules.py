"""Which post grants what, who is counted, and how the words of the field are spelled."""

from dataclasses import dataclass

from courses.kernel.words import Words

KINDS = ("county", "township", "street", "community_committee", "enterprise_committee", "general_branch", "branch", "group")
TOWNS = ("township", "street")  # the level below the county: the same posts, the same say
HOMES = ("branch", "general_branch", "group")  # what people belong to; the others hold organizations
STAGES = ("applicant", "activist", "admission_candidate", "probationary", "full")
EXPECTATIONS = ("required", "encouraged")
ROLES = ("group_leader", "branch_secretary", "branch_clerk", "adviser", "trainer", "reviewer", "town_admin", "county_admin", "auditor")

KIND_WORDS = {
    "county": Words("县委"),
    "township": Words("乡镇党委"),
    "street": Words("街道党工委"),
    "community_committee": Words("社区党委"),
    "enterprise_committee": Words("企业党委（两新组织联合党委）"),
    "general_branch": Words("党总支"),
    "branch": Words("党支部"),
    "group": Words("党小组"),
}
TYPES = ("village", "community", "private_firm", "social_organization", "office", "retired", "floating")
TYPE_WORDS = {
    "village": Words("村"),
    "community": Words("社区"),
    "private_firm": Words("非公企业"),
    "social_organization": Words("社会组织"),
    "office": Words("机关事业"),
    "retired": Words("离退休"),
    "floating": Words("流动党员"),
}
STAGE_WORDS = {
    "applicant": Words("入党申请人"),
    "activist": Words("入党积极分子"),
    "admission_candidate": Words("发展对象"),
    "probationary": Words("预备党员"),
    "full": Words("正式党员"),
}
EXPECTATION_WORDS = {"required": Words("应训"), "encouraged": Words("不作硬性要求")}
ROLE_WORDS = {
    "group_leader": Words("党小组组长"),
    "branch_secretary": Words("党支部书记"),
    "branch_clerk": Words("党务工作者"),
    "adviser": Words("党建指导员"),
    "trainer": Words("讲师"),
    "reviewer": Words("课程审核人"),
    "town_admin": Words("乡镇党委管理员"),
    "county_admin": Words("县委组织部管理员"),
    "auditor": Words("审计查看"),
}

# What each post allows within the subtree of its organization. Capabilities are named verb_noun.
_GRANTS: dict[str, frozenset[str]] = {
    "group_leader": frozenset({"see_people", "see_roster", "record_study"}),
    "branch_secretary": frozenset(
        {"see_people", "see_roster", "edit_people", "record_study", "help_sign_in", "confirm_branch", "issue_records", "post_notice"}
    ),
    "branch_clerk": frozenset({"see_people", "see_roster", "edit_people", "record_study", "help_sign_in"}),
    "adviser": frozenset({"see_people", "see_roster", "record_study"}),
    "trainer": frozenset({"write_courses"}),
    "reviewer": frozenset({"review_courses"}),
    "town_admin": frozenset(
        {
            "edit_organizations",
            "see_people",
            "see_roster",
            "edit_people",
            "record_study",
            "help_sign_in",
            "see_campaign",
            "issue_records",
            "withdraw_courses",
            "answer_feedback",
            "post_notice",
        }
    ),
    "county_admin": frozenset(
        {
            "edit_organizations",
            "see_people",
            "see_roster",
            "edit_people",
            "help_sign_in",
            "see_campaign",
            "run_campaign",
            "set_hours",
            "withdraw_courses",
            "issue_records",
            "revoke_records",
            "appoint",
            "see_notes",
            "see_entries",
            "answer_feedback",
            "post_notice",
        }
    ),
    "auditor": frozenset({"see_people", "see_campaign", "see_evidence", "see_notes", "see_entries"}),
}


# How far from the top each kind stands; committees may stand below one another, a branch never below a branch.
_HEIGHTS = {"county": 0, "township": 1, "street": 1, "community_committee": 2, "enterprise_committee": 2, "general_branch": 3, "branch": 4, "group": 5}


def may_stand_under(kind: str, above: str) -> bool:
    """Whether an organization of `kind` may stand directly below one of kind `above`."""
    committees = _HEIGHTS[kind] == _HEIGHTS[above] == 2
    grouped = kind == "group"
    return (above in {"branch", "general_branch"}) if grouped else committees or _HEIGHTS[kind] > _HEIGHTS[above]


def grants(role: str, capability: str) -> bool:
    """Whether a post of `role` allows `capability` within its own subtree."""
    return capability in _GRANTS[role]


def is_member(stage: str) -> bool:
    """Whether `stage` is 党员: formal or probationary. Only these can be 应训."""
    return stage in {"probationary", "full"}


@dataclass(frozen=True)
class Standing:
    """Where one person is counted: 应训, encouraged only, or beside both (activists and candidates)."""

    stage: str
    expectation: str

    @property
    def group(self) -> str:
        """'required', 'encouraged' or 'other' (DOMAIN.md 1.2: the last two are in neither side of the rate)."""
        if not is_member(self.stage):
            return "other"
        return self.expectation


def masked(name: str) -> str:
    """张甲 as 张*, 欧阳一一 as 欧***: the first character alone."""
    return name[:1] + "*" * max(1, len(name) - 1)
