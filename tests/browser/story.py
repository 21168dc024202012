"""What people do in the story, as they do it: by what stands on the screen. One pair of words for each language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.demo_portal import DemoPortal
from tests.browser.looking import Lookout

PASSWORD = "demo-storewise"
NEW_PASSWORD = "three green baskets"
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 860}}


@dataclass
class Store:
    """The store of the story, as the administrator finds it in the list."""

    id: int
    number: str
    name: str
    region: str


@dataclass
class Story:
    """One run of the story in one language."""

    demo: DemoPortal
    browser: Browser
    english: bool
    lookout: Lookout
    scripts: bool = True

    def say(self, english: str, chinese: str) -> str:
        """What stands on the screen in the language of this run."""
        return english if self.english else chinese

    @property
    def tag(self) -> str:
        """Tells this run's things from those of the other language on the same portal."""
        return self.say("E", "Z") if self.scripts else "N"

    def someone(self, screen: dict[str, Any]) -> Page:
        """A fresh browser; questions before a step are answered with yes."""
        context: BrowserContext = self.browser.new_context(
            **screen,
            locale=self.say("en-GB", "zh-CN"),
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            java_script_enabled=self.scripts,
            base_url=self.demo.address,
        )
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        self.lookout.watch(page)
        return page

    def signed_in(self, name: str, screen: dict[str, Any], password: str = PASSWORD) -> Page:
        """Somebody of the demo, on their first page."""
        page = self.someone(screen)
        page.goto("/")
        page.get_by_label(self.say("E-mail or phone number", "电子邮箱或手机号")).fill(name)
        page.get_by_label(self.say("Password", "密码"), exact=True).fill(password)
        page.get_by_role("button", name=self.say("Log in", "登录"), exact=True).click()
        page.wait_for_url("**/today")
        return page

    def press(self, page: Page, english: str, chinese: str) -> None:
        """A button."""
        page.get_by_role("button", name=self.say(english, chinese), exact=True).click()

    def follow(self, page: Page, english: str, chinese: str) -> None:
        """A link, the first of that name."""
        page.get_by_role("link", name=self.say(english, chinese), exact=True).first.click()

    # The distributor's desk

    def find_supermarket(self, admin: Page) -> Store:
        """One supermarket of the list, in a region of which there is one more; another one for each language."""
        admin.goto("/stores?format=supermarket")
        row = admin.locator("table tbody tr").nth("ZEN".index(self.tag))
        link = row.get_by_role("link").first
        number = row.locator("small").first.inner_text().strip()
        region = row.locator("td").nth(2).inner_text().split("\n")[0].strip()
        href = link.get_attribute("href") or ""
        return Store(int(href.rpartition("/")[2]), number, link.inner_text().strip(), region)

    def switch_plugin_on(self, admin: Page) -> None:
        """Meetings go off, so that there is something to switch on, and come back."""
        admin.goto("/admin/plugins")
        line = admin.locator("li", has=admin.get_by_text(self.say("Meetings", "面谈"), exact=True))
        line.get_by_role("button", name=self.say("Switch off", "停用")).click()
        assert admin.request.get("/meetings/").status == 404
        line.get_by_role("button", name=self.say("Switch on", "启用")).click()
        assert admin.request.get("/meetings/").status == 200
        self.lookout.look(admin, "plugins")

    def invite_store_manager(self, admin: Page, store: Store, email: str, phone: str) -> str:
        """By e-mail and by phone number at once; the single-use link."""
        admin.goto(f"/admin/people/invite?store={store.number}")
        admin.get_by_label(self.say("E-mail address", "电子邮箱")).fill(email)
        admin.get_by_label(self.say("Phone number", "手机号")).fill(phone)
        admin.get_by_label(self.say("As", "身份")).select_option(label=self.say("Store manager", "店长"))
        self.lookout.look(admin, "invite")
        self.press(admin, "Invite", "邀请")
        link = admin.locator("#link").input_value()
        assert re.fullmatch(re.escape(self.demo.address) + r"/join/[\w-]{40,}", link)
        self.lookout.look(admin, "invitation", hide="img, #link")
        return link

    # The store's phone

    def join(self, link: str, name: str) -> Page:
        """The manager follows the link, sets a password and lands on today."""
        phone = self.someone(PHONE)
        phone.goto(link)
        self.lookout.look(phone, "join")
        phone.get_by_label(self.say("Your name", "您的姓名")).fill(name)
        phone.get_by_label(self.say("Choose a password", "设置密码")).fill(NEW_PASSWORD)
        phone.get_by_label(self.say("The same once more", "再输入一次")).fill(NEW_PASSWORD)
        self.press(phone, "Accept and begin", "接受并开始")
        phone.wait_for_url("**/today")
        expect(phone.get_by_role("heading", level=1)).to_contain_text(re.compile(self.say("thing", "件")))
        self.lookout.look(phone, "today")
        return phone

    def do_layout_advice(self, phone: Page, title: str) -> None:
        """Read an advice on layout and mark it as done."""
        phone.goto("/advice/?state=open")
        expect(phone.locator("li", has_text=title)).to_contain_text(self.say("Layout", "布局"))
        self.lookout.look(phone, "advice")
        self.follow(phone, title, title)
        self.lookout.look(phone, "advice-note")
        self.press(phone, "We have done it", "我们做好了")
        expect(phone.locator(".sw-note.is-ok").first).to_be_visible()

    def complain(self, phone: Page, photos: list[Path], goods: str, batch: str) -> str:
        """Two photos, a kind of problem, a batch number; the complaint's number."""
        phone.goto("/complaints/new")
        phone.locator("input[type=file]").set_input_files(photos)
        if self.scripts:
            expect(phone.locator(".sw-chosen")).to_have_count(2)
        phone.get_by_text(self.say("Quality", "质量问题"), exact=True).click()
        phone.get_by_label(self.say("Product", "商品"), exact=False).first.fill(goods)
        phone.get_by_label(self.say("Batch", "批号"), exact=False).first.fill(batch)
        self.lookout.look(phone, "complaint-new")
        self.press(phone, "Send the report", "提交问题")
        phone.wait_for_url(re.compile(r"/complaints/C-\d{4}-\d{6}"))
        number = re.search(r"C-\d{4}-\d{6}", phone.url)
        assert number
        expect(phone.get_by_text(batch).first).to_be_visible()
        expect(phone.locator(".sw-msgs img")).to_have_count(2)
        self.lookout.look(phone, "complaint")
        return number.group()

    def sign_up(self, phone: Page, names: list[str]) -> str:
        """Next week's order meeting, with a colleague; the event's title."""
        phone.goto("/events/")
        entry = phone.locator("li", has_text=self.say("Order meeting", "订货会")).first
        title = entry.get_by_role("link").first.inner_text().strip()
        self.lookout.look(phone, "events")
        entry.get_by_role("link").first.click()
        phone.get_by_label(self.say("Who comes", "谁来参加"), exact=False).fill("\n".join(names))
        self.lookout.look(phone, "event")
        self.press(phone, "Sign up", "报名")
        for name in names:
            expect(phone.locator(".sw-note.is-ok").filter(has_text=name).first).to_be_visible()
        return title

    def book_meeting(self, phone: Page, topic: str) -> None:
        """Thirty minutes with the store's rep, in the first free hour."""
        phone.goto("/meetings/")
        self.lookout.look(phone, "meetings")
        phone.locator("li", has_text=self.say("looks after your store", "负责本店")).get_by_role("link").click()
        self.follow(phone, "30 min", "30 分钟")
        phone.locator("label.sw-pick", has=phone.locator("[name=starts_at]")).first.click()
        phone.get_by_label(self.say("What should we prepare?", "需要我们准备什么？"), exact=False).fill(topic)
        self.lookout.look(phone, "book")
        self.press(phone, "Book", "预约")
        phone.wait_for_url(re.compile(r"/meetings/(\d+)?$"))
        phone.goto("/meetings/")
        expect(phone.locator("li").filter(has_text="周启明").first).to_be_visible()

    def download_newest_briefing(self, phone: Page, title: str, into: Path) -> Path:
        """The first of the list, as PDF."""
        phone.goto("/briefings/")
        self.lookout.look(phone, "briefings")
        expect(phone.locator("main li").first).to_contain_text(title)
        phone.locator("main li").first.get_by_role("link").first.click()
        self.lookout.look(phone, "briefing")
        with phone.expect_download() as download:
            phone.get_by_role("link", name=re.compile(self.say("Download PDF", "下载 PDF"))).click()
        path = into / f"briefing-{self.tag}.pdf"
        download.value.save_as(path)
        return path

    def find_on_calendar(self, phone: Page, *texts: str) -> None:
        """All of it in one calendar."""
        phone.goto("/calendar")
        for text in texts:
            expect(phone.locator("main").get_by_text(text).first).to_be_visible()
        self.lookout.look(phone, "calendar")
        phone.goto("/calendar/month")
        self.lookout.look(phone, "month")

    def find_on_timeline(self, phone: Page, *texts: str) -> None:
        """All of it in one timeline."""
        phone.goto("/stores/mine")
        for text in texts:
            expect(phone.locator("main").get_by_text(text).first).to_be_visible()
        self.lookout.look(phone, "timeline")

    # The distributor's answers

    def publish_advice(self, expert: Page, manager: Page, store: Store, title: str) -> None:
        """An advice to the supermarkets of one region; who wrote it is not who publishes it."""
        expert.goto("/advice/new")
        expert.get_by_label(self.say("What to do, in one line", "用一句话说明要做什么")).fill(title)
        expert.get_by_label(self.say("Kind", "类型"), exact=True).select_option(label=self.say("Layout", "布局"))
        expert.get_by_label(self.say("Why, in one sentence", "用一句话说明原因"), exact=False).fill("热饮柜旁客流最多")
        expert.get_by_label(self.say("How to do it (Markdown)", "具体怎么做（Markdown）"), exact=False).fill(
            "## 步骤\n\n1. 清空一层\n2. 按品牌竖排"
        )
        expert.get_by_label(store.region, exact=True).check()
        expert.get_by_label(self.say("Supermarket", "超市"), exact=True).check()
        self.lookout.look(expert, "advice-edit")
        self.press(expert, "Save", "保存")
        self.press(expert, "Ask for review", "提交审核")
        self.lookout.look(expert, "advice-desk")
        manager.goto(expert.url)
        self.press(manager, "Publish", "发布")
        self.lookout.look(manager, "advice-published")

    def answer_complaint(self, rep: Page, number: str, answer: str) -> None:
        """The rep answers the store."""
        rep.goto("/complaints/")
        self.lookout.look(rep, "inbox")
        rep.goto(f"/complaints/{number}")
        rep.get_by_label(self.say("Answer to the store", "回复门店"), exact=False).fill(answer)
        self.press(rep, "Answer the store", "回复门店")
        expect(rep.locator(".sw-msgs").get_by_text(answer)).to_be_visible()
        self.lookout.look(rep, "complaint-desk")

    def issue_briefing(self, manager: Page, title: str, stores: list[str]) -> None:
        """Own text, plus what every active plug-in contributes; issued, and every edition made."""
        manager.goto("/briefings/new")
        manager.get_by_label(self.say("Title", "标题"), exact=True).fill(title)
        manager.get_by_label(self.say("Only these stores", "只限这些门店"), exact=False).fill(", ".join(stores))
        self.press(manager, "Go on to the text", "继续写正文")
        section = manager.locator("fieldset").first
        section.get_by_label(self.say("Heading that states the finding", "直接写出结论的小标题"), exact=False).fill(
            "城南两家店上了热饮"
        )
        section.get_by_label(self.say("Text (Markdown)", "正文（Markdown）"), exact=False).fill(
            "本周 **三家** 同行上了热饮柜。"
        )
        section.get_by_label(self.say("Source and date", "来源和日期"), exact=False).fill("业务员观察，11 月")
        self.lookout.look(manager, "briefing-edit")
        self.press(manager, "Save", "保存")
        manager.wait_for_url(re.compile(r"/briefings/\d+$"))
        self.press(manager, "Issue", "发布")
        made = re.compile(self.say(r"(\d+) of \1 made", r"共 (\d+) 份，已生成 \1 份"))
        expect(manager.locator("#progress")).to_contain_text(made, timeout=90_000)
        manager.reload()
        self.lookout.look(manager, "briefing-desk")
