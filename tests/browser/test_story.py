"""The story that must work, in Chinese, in English and without JavaScript: a store gets its first help through Storewise."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.browser.demo_portal import DemoPortal
from tests.browser.looking import Lookout
from tests.browser.story import DESK, NEW_PASSWORD, PHONE, Story
from tests.portal.pdf_reading import PdfReading

pytestmark = pytest.mark.browser
GOODS = "原味酸奶 200g"


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """Two photos as a phone takes them."""
    paths = [tmp_path / "carton.jpg", tmp_path / "label.jpg"]
    for path, colour in zip(paths, ("#b5651d", "#f5f5dc"), strict=True):
        grain = Image.effect_noise((1600, 1200), 60).convert("RGB")
        Image.blend(grain, Image.new("RGB", grain.size, colour), 0.7).save(path, quality=90)
    return paths


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_store_gets_its_first_help(
    language: str, demo: DemoPortal, chromium: Browser, photos: list[Path], tmp_path: Path
) -> None:
    pictures = os.environ.get("PICTURES_DIR")
    lookout = Lookout(language, dark=language == "zh", pictures=Path(pictures) if pictures else None)
    tell(Story(demo, chromium, language == "en", lookout), photos, tmp_path)
    lookout.check()


def test_the_story_goes_the_same_way_without_javascript(
    demo: DemoPortal, chromium: Browser, photos: list[Path], tmp_path: Path
) -> None:
    lookout = Lookout("zh", scripts=False)
    tell(Story(demo, chromium, False, lookout, scripts=False), photos, tmp_path)
    lookout.check()


def tell(story: Story, photos: list[Path], folder: Path) -> None:
    """From the invitation to the second distributor, who sees none of it."""
    name, email, number = (
        story.say("Lin Mei", "林梅"),
        f"{story.tag}.manager@shop.example".lower(),
        f"139{ord(story.tag):08}",
    )
    advice = f"{story.say('Group hot drinks by brand', '热饮按品牌竖排')} {story.tag}"
    briefing = f"{story.say('Hot drinks special', '热饮专刊')} {story.tag}"
    answer = story.say("We bring twelve new cups tomorrow.", "明天上午给您换十二杯新货。")

    admin = story.signed_in("admin@demo.example", DESK)
    story.lookout.look(admin, "desk-today")
    store = story.find_supermarket(admin)
    story.switch_plugin_on(admin)
    link = story.invite_store_manager(admin, store, email, number)

    phone = story.join(link, name)
    assert story.someone(PHONE).goto(link).status == 410, "the link lets in once"  # type: ignore[union-attr]
    people = ("expert@demo.example", "manager@demo.example")
    story.publish_advice(*(story.signed_in(person, DESK) for person in people), store, advice)
    story.do_layout_advice(phone, advice)
    complaint = story.complain(phone, photos, GOODS, f"B{story.tag}20261101")
    meeting = story.sign_up(phone, [name, story.say("Chen Wei", "陈伟")])
    story.book_meeting(phone, f"{story.tag} 冷柜怎么摆")

    story.answer_complaint(story.signed_in("rep@demo.example", PHONE), complaint, answer)
    story.issue_briefing(story.signed_in("manager@demo.example", DESK), briefing, [store.number, "0001"])

    phone.goto(f"/complaints/{complaint}")
    expect(phone.locator(".sw-msgs").get_by_text(answer)).to_be_visible()
    own_paper = words_of(story.download_newest_briefing(phone, briefing, folder))
    story.find_on_calendar(phone, meeting, story.say("Meeting with", "与周启明面谈"))
    story.find_on_timeline(phone, advice, GOODS, meeting, briefing)

    neighbour = story.signed_in("store@demo.example", PHONE)
    neighbour.goto("/advice/")
    expect(neighbour.locator("main li").first).to_be_visible()
    assert neighbour.get_by_role("link", name=advice).count() == 0, "a convenience store got the supermarkets' advice"
    assert neighbour.request.get(f"/complaints/{complaint}").status == 404
    other_paper = words_of(story.download_newest_briefing(neighbour, briefing, folder / "neighbour"))
    assert store.name in own_paper
    assert store.name not in other_paper

    second_distributor_sees_nothing(story, complaint, advice, briefing, store.name)
    letters = story.someone(DESK)
    letters.goto("/dev/mail")
    expect(letters.get_by_text(email).first).to_be_visible()
    again = story.signed_in(f"+86{number}", PHONE, NEW_PASSWORD)
    expect(again.locator(".sw-bar")).to_contain_text(store.name)


def words_of(paper: Path) -> str:
    """What stands in a PDF."""
    return PdfReading(paper.read_bytes()).text


def second_distributor_sees_nothing(story: Story, complaint: str, *titles: str) -> None:
    """Neither on lists nor by search nor by address."""
    for name, screen in (("admin@other.example", DESK), ("store@other.example", PHONE)):
        page = story.signed_in(name, screen)
        assert page.request.get(f"/complaints/{complaint}").status == 404
        for address in ("/today", "/advice/", "/complaints/", "/events/", "/meetings/", "/briefings/", "/calendar"):
            answer = page.request.get(address)
            assert answer.status == 200
            assert not [title for title in (complaint, *titles) if title in answer.text()], address
        for title in titles:
            page.goto(f"/search?q={title}")
            assert page.locator("main li").filter(has_text=title).count() == 0
