# SPDX-License-Identifier: BSD-2-Clause
"""The scripted provider's pages: plain HTML that a person, a browser or a test can work with."""

import html

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title></head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""

CONSENT = """\
<p>You are signed in as <b id="user">{user}</b>.</p>
<p><b id="client">{client}</b> asks for: <span id="scope">{scope}</span></p>
<form method="post" action="{action}">
<input type="hidden" name="request" value="{request}">
<button id="allow" name="decision" value="allow">Allow</button>
<button id="deny" name="decision" value="deny">Deny</button>
</form>
"""

CODE_ENTRY = """\
<form method="post" action="{action}">
<label>Code: <input id="user_code" name="user_code" value="{code}"></label>
<button id="next">Next</button>
</form>
"""


def consent(title, action, request, user, client, scope):
    """The question, with its two buttons."""
    return _page(title, CONSENT, action=action, request=request, user=user, client=client,
                 scope=scope)


def code_entry(action, code):
    return _page("Connect a device", CODE_ENTRY, action=action, code=code)


def message(title, text):
    return _page(title, "<p id=\"message\">{text}</p>\n", text=text)


def _page(title, body, **values):
    safe = {name: html.escape(value) for name, value in values.items()}
    return PAGE.format(title=html.escape(title), body=body.format(**safe)).encode()
