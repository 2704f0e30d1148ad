"""The bundled scripts in a real browser, under the content policy of the pages."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE
from webapp.building.stamps import ROOT

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; form-action 'self'"
)
SCHEMA = {
    "type": "default",
    "schemaVersion": 19,
    "id": "test",
    "components": [
        {
            "type": "number",
            "id": "Field_amount",
            "key": "amount",
            "label": "Amount",
            "validate": {"required": True, "min": 1},
            "i18n": {"zh_Hans": {"label": "金额"}},
        },
        {"type": "textfield", "id": "Field_note", "key": "note", "label": "Note"},
    ],
}


@pytest.fixture
def show(new_page, stack):
    """Show a page of ours: `show(body, lang="zh-hans", **context_options)`."""

    def open_page(body, *, scripts=(), lang="en", attributes="", **options):
        page = new_page(**options)
        tags = "".join(
            f'<link rel="stylesheet" href="/static/dist/{name}.css">'
            f'<script type="module" src="/static/dist/{name}.js"></script>'
            for name in ("app", *scripts)
        )
        html = (
            f'<!doctype html><html lang="{lang}" data-bs-theme="light"><head>'
            f'<meta charset="utf-8">{tags}</head><body {attributes}>{body}</body></html>'
        )
        answer = {"content-type": "text/html; charset=utf-8", "content-security-policy": POLICY}
        page.route("**/island/", lambda route: route.fulfill(body=html, headers=answer))
        page.goto("/island/")
        return page

    return open_page


def script(name, value):
    return f'<script type="application/json" id="{name}">{json.dumps(value)}</script>'


def form(errors, data):
    return (
        '<form method="post" action="/island/answer" data-af-form="t" data-af-once>'
        f"{script('t-schema', SCHEMA)}{script('t-data', data)}{script('t-errors', errors)}"
        '<div data-af-form-problems role="alert" hidden></div><div data-af-form-fields></div>'
        '<input type="hidden" name="payload"><button name="way" value="go">Send</button></form>'
    )


def catch_answers(page):
    """Take what the page posts, and answer nothing."""
    posted = []

    def take(route):
        posted.append(parse_qs(route.request.post_data or ""))
        route.fulfill(status=204)

    page.route("**/island/answer", take)
    return posted


def test_a_wrong_form_is_not_sent_and_a_right_one_is_sent_once(show):
    page = show(form({}, {}), scripts=["form"])
    posted = catch_answers(page)
    expect(page.locator("form[data-af-ready]")).to_be_visible()

    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Please fill in this field.")).to_be_visible()
    expect(page.get_by_label("Amount")).to_be_focused()
    assert posted == []

    page.get_by_label("Amount").fill("12.5")
    page.get_by_label("Note").fill("as agreed")
    page.get_by_role("button", name="Send").dblclick()
    expect(page.get_by_role("button", name="Send")).to_be_disabled()
    assert len(posted) == 1
    assert json.loads(posted[0]["payload"][0]) == {"amount": 12.5, "note": "as agreed"}
    assert posted[0]["way"] == ["go"]


def test_the_servers_refusal_stands_at_its_field_and_keeps_the_input(show):
    refusal = {"amount": ["At most 80.00 can be refunded."], "": ["Somebody was faster."]}

    page = show(form(refusal, {"amount": 99, "note": "mine"}), scripts=["form"])

    expect(page.get_by_text("At most 80.00 can be refunded.")).to_be_visible()
    expect(page.get_by_role("alert").filter(has_text="Somebody was faster.")).to_be_visible()
    expect(page.get_by_label("Amount")).to_have_value("99")
    expect(page.get_by_label("Note")).to_have_value("mine")

    posted = catch_answers(page)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("button", name="Send")).to_be_disabled()
    assert json.loads(posted[0]["payload"][0]) == {"amount": 99, "note": "mine"}


def test_forms_speak_chinese_and_keep_the_mark_of_their_maker(show):
    page = show(form({}, {}), scripts=["form"], lang="zh-hans", **PHONE)

    page.get_by_role("button", name="Send").click()

    expect(page.get_by_label("金额")).to_be_visible()
    expect(page.get_by_text("此项必填。")).to_be_visible()
    expect(page.locator(".fjs-powered-by")).to_be_visible()


DIAGRAM = (ROOT / "bpmn" / "refund_only.bpmn").read_text(encoding="utf-8")


@pytest.fixture
def diagram(show):
    def open_diagram(states, **options):
        body = (
            f"{script('case-xml', DIAGRAM)}{script('case-states', states)}"
            '<div class="af-diagram-frame"><div class="af-diagram" data-af-diagram="case"></div>'
            "<button data-af-diagram-in>Closer</button>"
            "<button data-af-diagram-fit>All</button></div>"
        )
        page = show(body, scripts=["bpmn-viewer"], **options)
        expect(page.locator("[data-af-ready]")).to_be_visible()
        return page

    return open_diagram


def first_task():
    return DIAGRAM.split('userTask id="')[1].split('"')[0]


def scale(page):
    return page.evaluate("document.querySelector('.viewport').transform.baseVal[0].matrix.a")


def test_a_diagram_shows_where_the_case_stands(diagram):
    states = {first_task(): {"state": "waiting", "label": "Sofia"}, "NotDrawn": "passed"}

    page = diagram(states)

    expect(page.locator(f'[data-element-id="{first_task()}"]')).to_have_class(
        "djs-element djs-shape af-waiting"
    )
    expect(page.locator(".af-diagram-label")).to_have_text("Sofia")
    expect(page.locator(".bjs-powered-by")).to_be_visible()
    before = scale(page)
    page.get_by_role("button", name="Closer").click()
    assert scale(page) == pytest.approx(before * 1.25, rel=0.01)


@pytest.mark.parametrize(("width", "readable"), [(1360, 1), (390, 0.8)])
def test_a_large_diagram_opens_readable_where_the_case_stands(width, readable, diagram):
    states = {first_task(): {"state": "waiting", "label": "Sofia"}}
    page = diagram(states, viewport={"width": width, "height": 850})
    expect(page.locator(".af-diagram-label")).to_be_in_viewport()
    assert scale(page) == pytest.approx(readable)

    page.get_by_role("button", name="All").click()

    assert scale(page) < readable / 2


def test_the_diagram_of_a_case_that_is_over_opens_at_its_end(diagram):
    page = diagram({first_task(): "passed", "Refunded": "passed"})

    expect(page.locator('[data-element-id="Refunded"]')).to_be_in_viewport()
    assert scale(page) == pytest.approx(1)


def test_two_fingers_zoom_a_diagram(diagram):
    page = diagram({}, **PHONE)
    before = scale(page)

    page.evaluate(
        """() => {
          const box = document.querySelector('.af-diagram');
          const put = (kind, id, x) => box.dispatchEvent(new PointerEvent(kind, {
            pointerId: id, pointerType: 'touch', clientX: x, clientY: 200, bubbles: true}));
          put('pointerdown', 1, 100); put('pointerdown', 2, 200);
          put('pointermove', 2, 210); put('pointermove', 2, 320);
        }"""
    )

    assert scale(page) == pytest.approx(before * 2, rel=0.01)


def test_a_change_is_told_to_the_page_that_watches(signed_in, stack):
    page = signed_in("sofia")
    page.evaluate(
        """() => document.body.addEventListener(
          'af:changed', () => { document.body.dataset.told = ''; })"""
    )

    # Again and again: a hint that came before the page listened is not kept for it. Sooner
    # than the ten seconds after which a page without a stream would have asked by itself.
    stack.until(
        lambda: (
            stack.hint(tenant="lingyue", key="AF-1") and page.locator("body[data-told]").count()
        ),
        patience=8,
    )
