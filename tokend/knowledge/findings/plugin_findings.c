/* SPDX-License-Identifier: BSD-2-Clause */
/* plugin_findings.c - libsasl2 and its plugins, as mail programs have them */
#include "config.h"

#include "knowledge/findings/findings.h"

#define MISSING(id, fix) KNOWN_FAULT(id, STATUS_CONFIG, \
	"{library} looks for plugins in {folder}, and finds none of " \
	"tokend's there.", \
	"Without it no program that uses libsasl2 has XOAUTH2 or " \
	"OAUTHBEARER: \"No worthy mechs found\".", fix)

#define INSTALL_AGAIN "Install tokend's plugin again, built for this " \
	"machine: its package, or \"make install\"."
#define MOVE_AWAY(before, file) before "hide the file from libsasl2: " \
	"\"mv {sh:" file "} {sh:" file "}.off\""

#define CRASHES(id, fix) KNOWN_FAULT(id, STATUS_CONFIG, \
	"{file} ends every program that loads it, by signal {signal}.", \
	"libsasl2 loads all files of its folder: Postfix then logs \"killed " \
	"by signal\", other programs just end.", fix)
#define NOT_LOADED "{file} cannot be loaded: {error}."
#define LEFT_OUT "libsasl2 leaves it out, and says so only in the system's " \
	"log."

#define OF_PACKAGE " (package {package})"
#define FIRST(package) "{file} offers {mechanism}, too" package ", and " \
	"libsasl2 chooses it before tokend's plugin."
#define TAKES_OVER "It handles every login by {mechanism}, and knows " \
	"nothing of tokend's accounts."
#define SECOND(package) "{file} offers {mechanism}, too" package ", and " \
	"libsasl2 chooses tokend's plugin before it."
#define BY_NAME "Which of two equal plugins for {mechanism} is first may " \
	"depend on the order of names in a folder."
#define REMOVE_PACKAGE "\"apt-get remove {package}\", then \"postfix reload\"."
#define REMOVE_FILE MOVE_AWAY("Remove it, or ", "file") ", then \"postfix " \
	"reload\"."

#define NOT_CHOSEN "A program that leaves the choice to libsasl2 logs in " \
	"without tokend, and has no password that the server accepts."
#define AS_ABOVE "Fix what is said of the plugin above: the choice follows " \
	"from it."

const struct known plugin_findings[PLUGIN_FINDINGS] = {
	[PLUGIN_OK] = KNOWN_OK("plugin-ok", "{plugin} is where {library} "
	    "looks, loads, and is switched on."),
	[PLUGIN_NO_LIBRARY] = KNOWN_UNKNOWN("plugin-no-library", "libsasl2 "
	    "cannot be opened here ({error}), so its plugins were not "
	    "checked."),
	[PLUGIN_MISSING_BY_PATH] = MISSING("plugin-missing-by-path",
	    "SASL_PATH is set and sends libsasl2 there: \"unset SASL_PATH\"."),
	[PLUGIN_MISSING_FOREIGN] = MISSING("plugin-missing-foreign",
	    "{file} is of another project: remove its package (dpkg -S or rpm "
	    "-qf names it), or the file: \"rm {sh:file}\". Then install "
	    "tokend's again."),
	[PLUGIN_MISSING_ELSEWHERE] = MISSING("plugin-missing-elsewhere",
	    "As root: \"install -m 644 {sh:plugin} {sh:file}\" (when tokend is "
	    "built: configure --with-sasl-plugindir={sh:folder}), then "
	    "\"postfix reload\"."),
	[PLUGIN_MISSING] = MISSING("plugin-missing",
	    "Install tokend's plugin: its package, or after configure "
	    "--with-sasl-plugindir={sh:folder} by \"make install\"."),
	[PLUGIN_CRASHES] = CRASHES("plugin-crashes", INSTALL_AGAIN),
	[PLUGIN_NOT_LOADED] = KNOWN_FAULT("plugin-not-loaded", STATUS_CONFIG,
	    NOT_LOADED, LEFT_OUT, INSTALL_AGAIN),
	[OTHER_CRASHES] = CRASHES("other-plugin-crashes",
	    MOVE_AWAY("Fix its package, or ", "file") "."),
	[OTHER_NOT_LOADED] = KNOWN_WARNING("other-plugin-not-loaded",
	    NOT_LOADED, LEFT_OUT, MOVE_AWAY("Fix its package, or ", "file")
	    "."),
	[PLUGIN_VERSION] = KNOWN_WARNING("plugin-version",
	    "{plugin} is of tokend {version}, and this is tokend "
	    PACKAGE_VERSION ".",
	    "What this version has fixed in the plugin is not in it; the two "
	    "understand each other.",
	    "Install the plugin of this version (its package, or \"make "
	    "install\"), then \"postfix reload\"."),
	[PLUGIN_OFF] = KNOWN_FAULT("plugin-off", STATUS_CONFIG,
	    "{plugin} is switched off: there is no {file}.",
	    "Programs that begin as root, such as Postfix, see no XOAUTH2 and "
	    "say \"No worthy mechs found\".",
	    "\"install -m 600 /dev/null {sh:file}\", then \"postfix reload\"."),
	/* No account, or no relay: that may be meant. */
	[PLUGIN_OFF_UNUSED] = KNOWN_WARNING("plugin-off-unused",
	    "{plugin} is switched off: there is no {file}.",
	    "That is right where no mail server uses the plugin: \"tokend "
	    "token\" and \"tokend tunnel\" do without.",
	    "If one does: \"install -m 600 /dev/null {sh:file}\"; for Postfix "
	    "\"tokend setup postfix\" does it."),
	[PLUGIN_OFF_FOR_USER] = KNOWN_UNKNOWN("plugin-off-for-user",
	    "{plugin} is switched off for you: you have no accounts folder of "
	    "your own, which \"tokend login\" makes. Only root can see "
	    "whether it is on for the machine's mail server."),
	[PLUGIN_CONF_WRONG] = KNOWN_FAULT("plugin-conf-wrong", STATUS_CONFIG,
	    "{words}.",
	    "Until that is fixed the plugin refuses every login with these "
	    "words.",
	    "Correct that file (libxoauth2(8) has its keys), then \"postfix "
	    "reload\"."),
	[PLUGIN_CONF_SHOWN] = KNOWN_WARNING("plugin-conf-shown",
	    "{file} may be read by others (mode {mode}), which switches the "
	    "plugin on for them.",
	    "Their programs then choose XOAUTH2 wherever a server offers it, "
	    "also for logins that have a password.",
	    "If it is meant for Postfix alone: \"chmod 600 {sh:file}\"."),
	[OTHER_FIRST] = KNOWN_FAULT("other-plugin-first", STATUS_CONFIG,
	    FIRST(""), TAKES_OVER, REMOVE_FILE),
	[OTHER_FIRST_PACKAGE] = KNOWN_FAULT("other-plugin-first-package",
	    STATUS_CONFIG, FIRST(OF_PACKAGE), TAKES_OVER, REMOVE_PACKAGE),
	[OTHER_SECOND] = KNOWN_WARNING("other-plugin-second", SECOND(""),
	    BY_NAME, REMOVE_FILE),
	[OTHER_SECOND_PACKAGE] = KNOWN_WARNING("other-plugin-second-package",
	    SECOND(OF_PACKAGE), BY_NAME, REMOVE_PACKAGE),
	[LIBRARY_SECOND] = KNOWN_WARNING("library-second",
	    "There is a second libsasl2, {library}, which {looks} in "
	    "{folder}: tokend's plugin is not there.",
	    "A program that is linked with that one (ldd shows it) has no "
	    "XOAUTH2.",
	    "If such programs are to use tokend: \"mkdir -p {sh:folder}\" and "
	    "\"install -m 644 {sh:plugin} {sh:folder}/libxoauth2.so\"."),
	[LIBRARY_UNSAFE] = KNOWN_UNKNOWN("library-unsafe",
	    "There is a second libsasl2, {library}. It was not opened, as "
	    "others may write to {folder}."),
	[CHOICE_OK] = KNOWN_OK("choice-ok",
	    "libsasl2 chooses {mechanism} at {host} and {mechanism_second} at "
	    "{host_second}; where a program forbids plaintext (noplaintext) "
	    "{mechanism_strict}."),
	[CHOICE_NOTHING] = KNOWN_FAULT("choice-nothing", STATUS_CONFIG,
	    "Of {host}'s list ({list}) libsasl2 chooses nothing: {words}.",
	    NOT_CHOSEN, AS_ABOVE),
	[CHOICE_OTHER] = KNOWN_FAULT("choice-other", STATUS_CONFIG,
	    "Of {host}'s list ({list}) libsasl2 chooses {mechanism} of "
	    "{file}, and not tokend's.", NOT_CHOSEN, AS_ABOVE),
	[CHOICE_UNKNOWN] = KNOWN_UNKNOWN("choice-unknown",
	    "tokend's plugin offers nothing that works to this user, so there "
	    "is nothing to choose.")
};
