# SPDX-License-Identifier: BSD-2-Clause
"""`make html`: all pages are made, every link leads somewhere, and README has the picture."""

import html.parser
import os
import re
import shutil
import urllib.parse
import xml.etree.ElementTree

from support import browser, process, stage
from support.case import IntegrationCase

MANUALS = ("man8/tokend.8", "man5/tokend.conf.5", "man8/libxoauth2.8")
TELEPHONE = 360  # pixels


class Links(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.links, self.ids = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in ("href", "src"):
                self.links.append(value)
            elif name == "id":
                self.ids.add(value)


class Site(IntegrationCase):
    def setUp(self):
        super().setUp()
        for program in ("cmark-gfm", "mandoc"):
            if shutil.which(program) is None:
                self.skipTest(f"needs {program}")
        self.source = os.path.join(stage.source_folder(), "doc", "html")
        self.site = os.path.join(self.folder, "html")
        process.must(["python3", os.path.join(self.source, "make-site"), "--output", self.site,
                      *(self.stage.path(f"share/man/{name}") for name in MANUALS)])

    def read(self, *path):
        with open(os.path.join(*path), encoding="utf-8") as text:
            return text.read()

    def pages(self):
        return {os.path.relpath(os.path.join(top, name), self.site):
                Links(self.read(top, name))
                for top, _, names in os.walk(self.site) for name in names
                if name.endswith(".html")}

    def test_every_link_leads_somewhere(self):
        pages = self.pages()
        clients = os.listdir(os.path.join(self.source, "..", "clients"))
        self.assertEqual(len(pages), len(clients) + len(MANUALS) + 1)
        reached = {"index.html"}
        for name, page in pages.items():
            for link in page.links:
                url = urllib.parse.urlsplit(link)
                if url.scheme in ("http", "https", "mailto"):
                    continue
                target = name if url.path == "" else os.path.normpath(
                    os.path.join(os.path.dirname(name), url.path))
                self.assertTrue(os.path.exists(os.path.join(self.site, target)),
                                f"{name}: {link}")
                if url.fragment:
                    self.assertIn(urllib.parse.unquote(url.fragment), pages[target].ids,
                                  f"{name}: {link}")
                reached.add(target)
        self.assertEqual(set(pages) - reached, set(), "no link leads to these")

    def test_nothing_of_the_sources_is_left(self):
        for name in self.pages():
            text = self.read(self.site, name)
            self.assertNotRegex(text, r"SCREEN [a-z]|>MANUALS<|\.md[\"#]", name)
            self.assertNotIn("<script", text, name)
        index = self.read(self.site, "index.html")
        for screen in ("# tokend login", "# tokend setup postfix", "# tokend doctor"):
            self.assertIn(screen, index)

    def test_no_page_is_wider_than_a_telephone(self):
        """What is wide, a table or a screen, scrolls by itself."""
        if not browser.is_there():
            self.skipTest("needs chromium and chromedriver")
        reader = browser.Browser(os.path.join(self.folder, "reader"))
        self.addCleanup(reader.stop)
        reader.narrow(TELEPHONE)
        for name in self.pages():
            reader.open(f"file://{self.site}/{name}")
            self.assertNotEqual(reader.title, "", name)
            self.assertLessEqual(reader.width, TELEPHONE, name)

    def test_the_picture_has_all_words(self):
        text = self.read(self.source, "path.txt")
        drawn = xml.etree.ElementTree.parse(os.path.join(self.site, "path.svg"))
        words = " ".join(found.text for found in drawn.iter("{http://www.w3.org/2000/svg}text"))
        self.assertEqual(sorted(re.findall(r"[A-Za-z0-9]+", words)),
                         sorted(re.findall(r"[A-Za-z0-9]+", re.sub(r"(?<=\|\n)|(?<=  )v", "",
                                                                   text))))
        self.assertIn("".join(f"    {line}\n" for line in text.splitlines()),
                      self.read(self.source, "..", "..", "README"))
