"""Views as the page's server makes them, for tests of templates and for looking at what they draw."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from adapters.local.web.views import (
    BehindView,
    LifeView,
    MenuItem,
    PageView,
    PersonView,
    Piece,
    PostView,
    ReplyView,
    RoomView,
    TourView,
    WelcomeView,
)
from bot.domain.card import Button, ButtonStyle, Card, Choice, Field, Quote
from bot.domain.command import FieldKind, Form, FormField
from bot.domain.message import Attachment
from bot.domain.severity import Severity
from bot.services.tracing.chain import Attribution, Chain, EntryShown, Link, LinkKind, Tone, Verified

NOW = datetime(2026, 11, 22, 20, 14, 9, tzinfo=UTC)


def minutes(count: float) -> datetime:
    """Return a moment so many minutes from now."""
    return NOW + timedelta(minutes=count)


def person(name: str, hue: int, **more: object) -> PersonView:
    """Return somebody by name; `more` is whatever else is known of them."""
    bare = PersonView(id=name.lower(), name=name, initials=name[:2], hue=hue, href=f"/harbour/as/{name.lower()}")
    return replace(bare, **more)  # type: ignore[arg-type]  # each test names fields of its own


LOCUM = person("Locum", 200, side="locum")
ROLLMOPS = person("Rollmops", 10)
LIMPET = person("limpet", 150)
STINT = person("Stint", 280, status="timed out")
QUAPPE = person("Quappe", 60)
ROBIN = person("Robin", 330, id="nw-17", side="partner", badge="Moderator · Nightwatch", on_shift=True)
GAIVOTA = person("Gaivota", 100, id="fa-1", side="partner", badge="Lead · Faro")
BEACON = person("Beacon", 220, id="hc-2", side="internal", badge="Lead · Harbour association", on_shift=True)
BOLLARD = person("Bollard", 40, id="hc-1", side="internal", badge="Owner · Harbour association")
GROUPS = (
    ("Harbour association", (BOLLARD, BEACON)),
    ("Nightwatch GmbH", (ROBIN,)),
    ("Faro", (GAIVOTA,)),
    ("Members", (LIMPET, QUAPPE, ROLLMOPS, STINT)),
)
ROOM_NAMES = (
    "quay",
    "lobby",
    "kneipe",
    "gaming",
    "spielen",
    "workshop",
    "werkstatt",
    "help",
    "showcase",
    "market",
    "calm",
)


def room(place: str, kind: str = "open", **more: object) -> RoomView:
    """Return a room by id, called as its id is."""
    bare = RoomView(id=place, name=place, kind=kind, href=f"/harbour/as/nw-17/{place}")
    return replace(bare, **more)  # type: ignore[arg-type]  # each test names fields of its own


ROOMS = (
    room("direct~nw-17", "direct", name="Locum"),
    room("leads", "staff"),
    *(room(name, here=name == "lobby", slow=30 if name == "market" else 0) for name in ROOM_NAMES),
    room("t~12", "thread", name="which varnish", parent="workshop"),
)

CASE = Card(
    title="Case H-20",
    text="",
    fields=(
        Field(label="State", value="open"),
        Field(label="Queue", value="hate"),
        Field(label="Member", value="7F3A21C0"),
        Field(label="Guideline", value="Nobody is less"),
        Field(label="Rules", value="hate/aimed-slur"),
        Field(label="Outcomes", value="message deleted, notice, strike, timeout"),
        Field(label="Before", value="2026-11-03: notice (automation)\n2026-10-12: message deleted (a person)"),
    ),
    quotes=(
        Quote(author="2B90", text="the blue one sails better, in my opinion", at=minutes(-4)),
        Quote(
            author="7F3A",
            text="nobody asked you, you brackish barnacle",
            marks=((22, 39),),
            at=minutes(-3),
            central=True,
        ),
        Quote(author="2B90", text="", files=("proof.png",), hidden=True, at=minutes(-2)),
    ),
    buttons=(
        Button(action="case.claim:c20:1", label="Claim", style=ButtonStyle.GOOD),
        Button(action="case.no_violation:c20:1", label="No violation"),
        Button(action="case.warn:c20:1", label="Warn"),
        Button(action="case.ban:c20:1", label="Ask for a ban", style=ButtonStyle.GRAVE),
    ),
    choices=(
        Choice(action="case.timeout:c20:1", label="Timeout …", options=(("10m", "10 minutes"), ("1h", "1 hour"))),
    ),
    severity=Severity.HIGH,
    due_at=minutes(12.5),
)

POLICY = Card(
    title="Policies 3f9c01ab77de: a lead decides",
    text="⚠ One change gives somebody more power than before.",
    fields=(
        Field(label="Proposed by", value="saved files"),
        Field(label="⚠ More power", value="mandate night-moderation · may.timeout: up to 24h → up to 7d"),
        Field(label="Rules", value="rule spam/repeats · then: tidy → flood\nrule spam/caps, new: severity low"),
        Field(label="Effect on the last 24 hours", value="412 messages of 11 channels: 3 more would be deleted"),
    ),
    buttons=(
        Button(action="policy.apply:p1:1", label="Apply", style=ButtonStyle.GOOD),
        Button(action="policy.refuse:p1:1", label="Refuse"),
    ),
    severity=Severity.CRITICAL,
    due_at=minutes(-3),
)


def post(number: int, author: PersonView, text: str, **more: object) -> PostView:
    """Return a post."""
    bare = PostView(id=str(number), author=author, at=minutes(number - 40), pieces=(Piece(text=text),))
    return replace(bare, **more)  # type: ignore[arg-type]  # each test names fields of its own


OFFENCE = post(
    14,
    STINT,
    "",
    pieces=(Piece(text="nobody asked you, "), Piece(text="you brackish barnacle", marked=True)),
    gone="Locum removed this message.",
    followed=True,
)
POSTS = (
    post(1, LIMPET, "morning all! did anybody hear the foghorn at five?"),
    post(
        2,
        LIMPET,
        "I counted eleven blasts and then gave up on sleep",
        continued=True,
        reactions=(("😂", 3, True), ("⚓", 1, False)),
    ),
    post(3, QUAPPE, "", joined=True),
    post(
        4,
        ROLLMOPS,
        "",
        reply=("limpet", "I counted eleven blasts and then gave up"),
        edited=True,
        pieces=(
            Piece(text="that was the new tender, "),
            Piece(text="@limpet", kind="person"),
            Piece(text=". timetable is at "),
            Piece(text="https://harbour.example/tender", kind="link", href="https://harbour.example/tender"),
        ),
    ),
    post(
        5,
        BEACON,
        "Reminder: the workshop is closed on Tuesday. Tools are in the market room until then.",
        thread="/harbour/as/nw-17/t5",
    ),
    post(
        6,
        QUAPPE,
        "does this hull look dry enough to you?",
        mine=True,
        attachments=(Attachment(id="a", name="hull.jpg", media_type="image/jpeg", size=182_000),),
    ),
    OFFENCE,
    post(15, LOCUM, "", pieces=(), card=CASE, followed=True),
    post(16, LIMPET, "thanks, that was quick"),
)

AUTOMATION = Attribution(kind="automation", who="hate/aimed-slur", organisation="Harbour association", side="internal")
BY_ROBIN = Attribution(
    kind="person",
    who="Robin",
    organisation="Nightwatch GmbH",
    side="partner",
    level="supervised",
    line="Robin for Nightwatch GmbH, supervised",
)
CHAIN = Chain(
    marks=((18, 39),),
    links=(
        Link(
            kind=LinkKind.FINDING,
            title="hate/aimed-slur",
            fields=(Field(label="Guideline", value="Nobody is less"), Field(label="Seen as", value="said at somebody")),
            severity=Severity.HIGH,
            at=minutes(-26),
        ),
        Link(
            kind=LinkKind.DECISION,
            title="Delete, notice, strike, timeout of 1 hour",
            state="live",
            by=AUTOMATION,
            at=minutes(-26),
            entry=128,
        ),
        Link(
            kind=LinkKind.APPROVAL,
            title="A ban is asked for",
            tone=Tone.WAITING,
            state="waits for the leads",
            by=BY_ROBIN,
            at=minutes(-20),
            due_at=minutes(10),
            entry=133,
            fields=(
                Field(label="Meanwhile", value="timeout of 24 hours"),
                Field(label="Reason", value="third time this week, and he has been told in words that left no doubt"),
            ),
        ),
        Link(
            kind=LinkKind.ACTION, title="Message deleted", state="confirmed", by=AUTOMATION, at=minutes(-26), entry=129
        ),
        Link(
            kind=LinkKind.ACTION,
            title="Notice to the member",
            tone=Tone.WRONG,
            state="failed: they take no messages",
            by=AUTOMATION,
            at=minutes(-26),
            entry=130,
        ),
        Link(
            kind=LinkKind.SANCTION,
            title="Timeout of 1 hour",
            state="holds",
            due_at=minutes(34),
            by=AUTOMATION,
            at=minutes(-26),
            entry=131,
        ),
        Link(
            kind=LinkKind.CASE,
            title="Case H-20 in the queue hate",
            tone=Tone.WAITING,
            state="claimed",
            by=BY_ROBIN,
            at=minutes(-22),
            due_at=minutes(95),
            entry=132,
            severity=Severity.HIGH,
        ),
        Link(kind=LinkKind.ACTION, title="Older card", tone=Tone.QUIET, state="superseded", at=minutes(-21)),
        Link(
            kind=LinkKind.ESCALATION,
            title="Path standard, step 1 of 3: the lead of Nightwatch",
            tone=Tone.WAITING,
            state="told",
            due_at=minutes(4),
            at=minutes(-5),
            entry=134,
        ),
    ),
)
BEHIND = BehindView(post=OFFENCE, chain=CHAIN)

ENTRIES = tuple(
    EntryShown(seq=seq, at=minutes(-30 + seq - 126), kind=kind, title=title, by=by, hash=f"{seq * 7919:08x}")
    for seq, kind, title, by in (
        (127, "duty", "Robin began a shift", replace(BY_ROBIN)),
        (128, "decision", "Decided: delete, notice, strike, timeout of 1 hour", AUTOMATION),
        (129, "action", "Message deleted: confirmed", AUTOMATION),
        (130, "action", "Notice: failed", AUTOMATION),
        (131, "action", "Timeout: confirmed", AUTOMATION),
        (132, "case", "Case H-20 claimed", BY_ROBIN),
        (133, "approval", "Asked for a ban", BY_ROBIN),
        (134, "escalation", "Step 1 of standard", Attribution(kind="scheduler", who="escalations")),
    )
)
FORM = Form(
    action="mod.warn:7f3a#0123456789abcdef0123456789abcdef",
    title="Warn Stint",
    fields=(
        FormField(
            name="guideline",
            label="Guideline",
            kind=FieldKind.CHOICE,
            options=(("hate", "Nobody is less"), ("spam", "No spam")),
            value="hate",
        ),
        FormField(name="why", label="Why", kind=FieldKind.PARAGRAPH, longest=500),
        FormField(name="note", label="A note for the team", required=False, value="third time"),
    ),
)
REPLY = ReplyView(text="Warned. Stint has been told why, in the community's voice.")
REFUSED = ReplyView(text="You may not ban for good: your mandate asks the leads for that.", done=False)
WITH_CARD = ReplyView(text="The oldest case of your queues:", card=CASE)
WITH_FORM = ReplyView(form=FORM)
SOUND = Verified(sound=True, size=134, root="9f0c11ab42de", seconds=0.21)
UNSOUND = Verified(sound=False, size=134, findings=("Entry 130 isn't what the tree holds.",))
TOUR = TourView(
    number=2,
    of=8,
    title="Write something that breaks a rule",
    text="You are a member now. Post this in #lobby, and watch what becomes of it.",
    example="win a free yacht now: http://free-yacht.example",
    points_at="#composer",
    href="/harbour/as/limpet/lobby",
    link="Be limpet",
)
LIFE = LifeView(
    running=True,
    pace=1,
    seed=7,
    ahead="15 minutes",
    scenes=(("scam", "A scam wave"), ("insult", "An insult"), ("raid", "A raid"), ("distress", "Somebody in distress")),
)
PAGE = PageView(
    community="harbour",
    language="en",
    base="/harbour/as/nw-17",
    reader=ROBIN,
    csrf="t0ken",
    room=room("lobby", here=True),
    rooms=ROOMS,
    posts=POSTS,
    earlier="1",
    newest=44,
    post_menu=(
        MenuItem(command="mod.delete", label="delete"),
        MenuItem(command="mod.open_case", label="open a case"),
        MenuItem(command="everyone.report", label="report"),
    ),
    member_menu=(MenuItem(command="mod.warn", label="warn"), MenuItem(command="mod.timeout", label="timeout")),
    entries=ENTRIES,
    people=GROUPS,
    present=(LOCUM, BEACON, BOLLARD, GAIVOTA, ROBIN, LIMPET, QUAPPE, ROLLMOPS, STINT),
    tour=TOUR,
    life=LIFE,
    others=(("pontoon", "/pontoon/"),),
)
LEADS = replace(
    PAGE,
    reader=BEACON,
    base="/harbour/as/hc-2",
    room=room("leads", "staff", here=True),
    tour=None,
    posts=(post(30, LOCUM, "", pieces=(), card=POLICY), post(31, LOCUM, "Robin asks for a yes.", card=CASE)),
)
BARRED = replace(PAGE, reader=STINT, barred="You are timed out until 22:00.", may_join=True, tour=None, life=None)
WELCOME = WelcomeView(
    community="harbour", language="en", csrf="t0ken", people=GROUPS, others=(("pontoon", "/pontoon/"),)
)
