"""Words for what somebody does in the agenda editor."""

import re

from playwright.sync_api import expect


class Editor:
    """An open editor: items by their titles, the focus, what is announced."""

    def __init__(self, page):
        self.page = page
        self.live = page.locator("#agenda-live")

    def item(self, title):
        return self.page.locator("#agenda [data-key]").filter(
            has=self.page.get_by_role("heading", level=3, name=re.compile(rf"^{title}( pinned)?$"))
        )

    def handle(self, title):
        return self.item(title).locator(".grip")

    def focus(self, title):
        self.handle(title).focus()

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def says(self, words):
        expect(self.live).to_contain_text(words)

    def focused_is(self, title):
        expect(self.handle(title)).to_be_focused()

    def titles(self):
        """What stands in each session, in its order."""
        return self.page.evaluate(
            "[...document.querySelectorAll('.timeline')].map(list => [...list.querySelectorAll(':scope > [data-key] h3')]"
            ".map(title => title.firstChild.textContent.trim()))"
        )

    def settled(self, titles):
        """Wait until the server has drawn this."""
        self.page.wait_for_function(
            "wanted => JSON.stringify([...document.querySelectorAll('.timeline')].map(list =>"
            " [...list.querySelectorAll(':scope > .slot[data-item] h3')].map(title => title.firstChild.textContent.trim())))"
            " === JSON.stringify(wanted) && !document.querySelector('.is-held, .htmx-request')",
            arg=titles,
        )

    def minutes(self, title):
        return self.item(title).locator(".ctl input").input_value()
