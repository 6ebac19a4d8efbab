"""Which links a person finds at the top of every page: only those that lead somewhere."""

from core.scope import Actor, Permission

_LINKS: tuple[tuple[str, str, frozenset[Permission]], ...] = (
    ("Today", "/", frozenset()),
    ("Cohorts", "/cohorts", frozenset({Permission.VIEW_CASES})),
    ("People", "/participants", frozenset({Permission.VIEW_CASES})),
    ("My people", "/my-people", frozenset({Permission.MANAGE_LINKS})),
    ("Links", "/links", frozenset({Permission.MANAGE_LINKS})),
    ("Partner offers", "/partner-offers", frozenset({Permission.MANAGE_LINKS})),
    ("Conflicts", "/conflicts", frozenset({Permission.KEEP_APART})),
    ("Programmes", "/programmes", frozenset({Permission.VIEW_CASES})),
    ("Funding", "/funding", frozenset({Permission.MANAGE_FUNDING})),
    ("Messages", "/messages", frozenset({Permission.VIEW_MESSAGES})),
    ("Replies", "/replies", frozenset({Permission.VIEW_MESSAGES})),
    (
        "Text rules",
        "/messaging/rules",
        frozenset({Permission.VIEW_MESSAGES, Permission.MANAGE_REQUIREMENTS}),
    ),
    ("Wordings", "/messaging/templates", frozenset({Permission.MANAGE_TEMPLATES})),
    ("Compliance", "/compliance", frozenset({Permission.VIEW_STAFF})),
    ("Staff", "/staff", frozenset({Permission.VIEW_STAFF})),
    ("Requirements", "/requirements", frozenset({Permission.VIEW_STAFF})),
    ("Courses", "/courses", frozenset({Permission.VIEW_STAFF})),
    ("Training events", "/training-events", frozenset({Permission.VIEW_STAFF})),
    (
        "Reports",
        "/reports",
        frozenset({Permission.VIEW_PROGRAMME_REPORTS, Permission.VIEW_STAFF}),
    ),
    (
        "Published reports",
        "/releases",
        frozenset({Permission.VIEW_PUBLISHED_REPORTS}),
    ),
    ("Pause texts", "/messaging", frozenset({Permission.PAUSE_MESSAGES})),
    ("Accounts", "/accounts", frozenset({Permission.MANAGE_ACCOUNTS})),
    ("Audit", "/audit", frozenset({Permission.VIEW_AUDIT})),
)


def _holds(actor: Actor, permission: Permission) -> bool:
    """Tell whether a link leads somewhere; the switch of all texts is thrown everywhere or not."""
    if permission is Permission.PAUSE_MESSAGES:
        return actor.scope.covers(permission, side=None, organisation_id=None)
    return actor.scope.has(permission)


def links_for(actor: Actor, path: str) -> list[dict[str, str | bool]]:
    """Answer the links for this person as GOV.UK's macro takes them, the present one marked."""
    shown = [
        (text, href)
        for text, href, permissions in _LINKS
        if not permissions or any(_holds(actor, permission) for permission in permissions)
    ]
    # A link may lie within another one's address: the longest that fits is where we are.
    fitting = [href for _, href in shown if path == href or path.startswith(f"{href}/")]
    here = max(fitting, key=len, default="")
    return [{"text": text, "href": href, "active": href == here} for text, href in shown]
