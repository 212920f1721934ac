/* SPDX-License-Identifier: BSD-2-Clause */
#include "crypto/card.h"

#include <ctype.h>
#include <dlfcn.h>
#include <link.h>
#include <string.h>
#include <strings.h>

#define SLOTS_MAX 64
#define NAME_SIZE 64

/* PKCS#11 v2.40, section 3: the structures, and those functions we call. */
#define OK 0UL
#define SERIAL_SESSION 4UL	/* CKF_SERIAL_SESSION */
#define IS_INITIALIZED 0x400UL	/* CKF_TOKEN_INITIALIZED */
#define FINAL_TRY 0x20000UL	/* CKF_USER_PIN_FINAL_TRY */
#define PIN_LOCKED 0x40000UL	/* CKF_USER_PIN_LOCKED */
#define READ_USER 1UL		/* CKS_RO_USER_FUNCTIONS */
#define WRITE_USER 3UL		/* CKS_RW_USER_FUNCTIONS */

struct token_info {
	char label[32], maker[32], model[16], serial[16];
	unsigned long flags, counts[10];
	unsigned char versions[4], time[16];
};

struct session_info {
	unsigned long slot, state, flags, error;
};

struct functions {
	unsigned char version[2];
	void (*before[4])(void);
	unsigned long (*get_slots)(unsigned char, unsigned long *,
	    unsigned long *);
	void (*slot)(void);
	unsigned long (*get_token)(unsigned long, struct token_info *);
	void (*between[5])(void);
	unsigned long (*open_session)(unsigned long, unsigned long, void *,
	    void *, unsigned long *);
	unsigned long (*close_session)(unsigned long);
	void (*all)(void);
	unsigned long (*get_session)(unsigned long, struct session_info *);
};

struct wanted {
	char token[NAME_SIZE], serial[NAME_SIZE];	/* empty: any */
	enum card_state found;
};

static int
hex_value(char c)
{
	return isdigit((unsigned char)c) ? c - '0' :
	    tolower((unsigned char)c) - 'a' + 10;
}

static void
decode_value(char out[NAME_SIZE], const char *at, const char *end)
{
	size_t len = 0;

	for (; at < end && len < NAME_SIZE - 1; at++) {
		if (*at == '%' && end - at > 2 &&
		    isxdigit((unsigned char)at[1]) &&
		    isxdigit((unsigned char)at[2])) {
			out[len++] = (char)(hex_value(at[1]) * 16 +
			    hex_value(at[2]));
			at += 2;
		} else {
			out[len++] = *at;
		}
	}
	out[len] = '\0';
}

/* An attribute of the URI's path. Left empty if it is not there. */
static void
read_attribute(char out[NAME_SIZE], const char *uri, const char *name)
{
	const char *at = uri + strcspn(uri, ":");
	size_t len = strlen(name);

	while (*at == ':' || *at == ';') {
		at++;
		if (strncmp(at, name, len) == 0) {
			decode_value(out, at + len, at + strcspn(at, ";?"));
			return;
		}
		at += strcspn(at, ";?");
	}
}

/* What tokens say of themselves is padded with spaces. */
static int
is_value(const char *wanted, const char *padded, size_t size)
{
	while (size > 0 && (padded[size - 1] == ' ' ||
	    padded[size - 1] == '\0'))
		size--;
	return *wanted == '\0' || (strlen(wanted) == size &&
	    memcmp(wanted, padded, size) == 0);
}

static int
is_logged_in(const struct functions *f, unsigned long slot)
{
	struct session_info info = { .state = 0 };
	unsigned long session = 0;
	int result = 0;

	if (f->open_session(slot, SERIAL_SESSION, NULL, NULL, &session) != OK)
		return 0;
	result = f->get_session(session, &info) == OK &&
	    (info.state == READ_USER || info.state == WRITE_USER);
	f->close_session(session);
	return result;
}

static enum card_state
find_slot_state(const struct functions *f, unsigned long slot,
    const struct wanted *w)
{
	struct token_info info = { .flags = 0 };

	if (f->get_token(slot, &info) != OK ||
	    (info.flags & IS_INITIALIZED) == 0 ||
	    !is_value(w->token, info.label, sizeof(info.label)) ||
	    !is_value(w->serial, info.serial, sizeof(info.serial)))
		return CARD_ABSENT;
	if (info.flags & PIN_LOCKED)
		return CARD_LOCKED;
	if (is_logged_in(f, slot))
		return CARD_OPEN;
	return info.flags & FINAL_TRY ? CARD_LAST_TRY : CARD_CLOSED;
}

/* A module that is loaded and not initialised answers nothing. */
static void
ask_module(const struct functions *f, struct wanted *w)
{
	unsigned long slots[SLOTS_MAX], count = SLOTS_MAX, i = 0;
	enum card_state state = CARD_ABSENT;

	if (f->get_slots(1, slots, &count) != OK)
		return;
	if (w->found == CARD_UNKNOWN)
		w->found = CARD_ABSENT;
	for (; i < count && i < SLOTS_MAX; i++)
		if ((state = find_slot_state(f, slots[i], w)) > w->found)
			w->found = state;
}

/* RTLD_NOLOAD: no library is loaded by this. */
static int
look_at_library(struct dl_phdr_info *library, size_t size, void *data)
{
	unsigned long (*get_functions)(struct functions **) = NULL;
	struct functions *f = NULL;
	struct wanted *w = data;
	void *handle = NULL;

	(void)size;
	if (library->dlpi_name == NULL || *library->dlpi_name == '\0' ||
	    (handle = dlopen(library->dlpi_name, RTLD_LAZY | RTLD_NOLOAD)) ==
	    NULL)
		return 0;
	*(void **)&get_functions = dlsym(handle, "C_GetFunctionList");
	if (get_functions != NULL && get_functions(&f) == OK && f != NULL)
		ask_module(f, w);
	dlclose(handle);
	/* What comes next may be the module that this one loaded. */
	return w->found > CARD_ABSENT;
}

enum card_state
card_find_state(const char *uri)
{
	struct wanted w = { .token = "", .found = CARD_UNKNOWN };

	if (strncasecmp(uri, "pkcs11:", 7) != 0)
		return CARD_UNKNOWN;
	read_attribute(w.token, uri, "token=");
	read_attribute(w.serial, uri, "serial=");
	dl_iterate_phdr(look_at_library, &w);
	return w.found;
}
