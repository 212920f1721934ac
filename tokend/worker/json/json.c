/* SPDX-License-Identifier: BSD-2-Clause */
#include "json/json.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

struct jdoc {
	struct json_object *root;	/* an object */
	struct json_object *here;	/* it, or an object in it */
};

/*
 * json-c frees strings without wiping them. json_object_get_string gives its
 * own memory for a string (a copy only for other types), so that is where the
 * secret is; the union takes the const away, which guards callers, not us.
 */
static void
wipe_string(struct json_object *o)
{
	union {
		const char *given;
		char *own;
	} text = { json_object_get_string(o) };

	if (text.own != NULL)
		explicit_bzero(text.own, (size_t)json_object_get_string_len(o));
}

/* Goes down JDOC_DEPTH levels at most: jdoc_parse refused more. */
static void
wipe_value(struct json_object *o)
{
	size_t i = 0;

	switch (json_object_get_type(o)) {
	case json_type_string:
		wipe_string(o);
		break;
	case json_type_array:
		for (i = 0; i < (size_t)json_object_array_length(o); i++)
			wipe_value(json_object_array_get_idx(o, i));
		break;
	case json_type_object: {
		json_object_object_foreach(o, name, member) {
			(void)name;
			wipe_value(member);
		}
		break;
	}
	default:
		break;
	}
}

/*
 * How many values text can hold at most. An empty object is two bytes of text
 * and close to 1 kB in json-c, so 1 MiB of them would be 300 MiB.
 */
static size_t
count_values(const char *text, size_t len)
{
	size_t i = 0, count = 1;

	for (i = 0; i < len; i++)
		if (text[i] == '{' || text[i] == '[' || text[i] == ',')
			count++;
	return count;
}

/*
 * json-c (0.16) goes by NULL where it gets no memory for a member's name. So
 * as much as it can need is taken and given back before it starts.
 */
static int
has_memory(size_t len, size_t values)
{
	struct buf all = BUF_INIT(SIZE_MAX / 4);
	int result = buf_room(&all, 4 * len + 1024 * values);

	buf_free(&all);
	return result == 0;
}

/* Why there is no object; NULL: there was no memory for one. */
static const char *
describe_error(const char *text, enum json_tokener_error error)
{
	switch (error) {
	case json_tokener_success:
		/* That is null; where an object began, memory ran out. */
		return text[strspn(text, " \t\r\n")] == '{' ? NULL :
		    "JSON, but not an object";
	case json_tokener_continue:
		return "JSON that breaks off";
	case json_tokener_error_depth:
		return "JSON that is nested too deeply";
	default:
		return "not JSON";
	}
}

/* json-c stops after the first value; text that goes on is not JSON. */
static int
is_at_end(struct json_tokener *tokener, const char *text, size_t len)
{
#if JSON_C_VERSION_NUM >= ((0 << 16) | (15 << 8))
	size_t end = json_tokener_get_parse_end(tokener);
#else
	size_t end = (size_t)tokener->char_offset;
#endif

	while (end < len && memchr(" \t\r\n", text[end], 4) != NULL)
		end++;
	return end == len;
}

struct jdoc *
jdoc_parse(const char *text, size_t len, const char **what)
{
	struct json_tokener *tokener = NULL;
	struct json_object *root = NULL;
	struct jdoc *d = NULL;
	size_t values = count_values(text, len);

	*what = NULL;
	if (values > JDOC_VALUES || len > INT32_MAX / 2) {
		*what = text[strspn(text, " \t\r\n")] == '{' ?
		    "JSON with too much in it" : "not JSON";
		return NULL;
	}
	if (!has_memory(len, values))
		return NULL;
	/*
	 * Not in json-c's strict mode: that refuses a whole answer for one
	 * number beyond 64 bits, and with it a refresh token that replaced
	 * ours.
	 */
	if ((tokener = json_tokener_new_ex(JDOC_DEPTH)) == NULL)
		goto out;
	root = json_tokener_parse_ex(tokener, text, (int)len);
	if (root == NULL)
		*what = describe_error(text, json_tokener_get_error(tokener));
	else if (!json_object_is_type(root, json_type_object))
		*what = "JSON, but not an object";
	else if (!is_at_end(tokener, text, len))
		*what = "not JSON";
	else if ((d = malloc(sizeof(*d))) != NULL)
		d->root = d->here = root;
out:
	if (d == NULL && root != NULL) {
		wipe_value(root);
		json_object_put(root);
	}
	if (tokener != NULL)
		json_tokener_free(tokener);
	return d;
}

static struct json_object *
find_member(const struct jdoc *d, const char *name)
{
	struct json_object *o = NULL;

	return json_object_object_get_ex(d->here, name, &o) ? o : NULL;
}

static const char *
to_string(struct json_object *o)
{
	const char *text = NULL;

	if (!json_object_is_type(o, json_type_string))
		return NULL;
	text = json_object_get_string(o);
	return text != NULL &&
	    strlen(text) == (size_t)json_object_get_string_len(o) ? text :
	    NULL;
}

const char *
jdoc_string(const struct jdoc *d, const char *name)
{
	return to_string(find_member(d, name));
}

static int
digits_to_integer(const char *text, int64_t *value)
{
	int64_t n = 0;
	int digit = 0;

	if (*text == '\0')
		return -1;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return -1;
		digit = *text - '0';
		n = n > (INT64_MAX - digit) / 10 ? INT64_MAX : n * 10 + digit;
	}
	*value = n;
	return 0;
}

static int
to_integer(struct json_object *o, int64_t *value)
{
	const char *text = NULL;
	double d = 0;

	switch (json_object_get_type(o)) {
	case json_type_int:
		*value = json_object_get_int64(o);	/* saturates */
		return 0;
	case json_type_double:
		d = json_object_get_double(o);
		if (d != d)
			return -1;
		/* 2^63 is a double, INT64_MAX is not. */
		*value = d >= 0x1p63 ? INT64_MAX : d <= -0x1p63 ? INT64_MIN :
		    (int64_t)d;
		return 0;
	case json_type_string:
		text = json_object_get_string(o);
		return text != NULL ? digits_to_integer(text, value) : -1;
	default:
		return -1;
	}
}

int
jdoc_integer(const struct jdoc *d, const char *name, int64_t *value)
{
	return to_integer(find_member(d, name), value);
}

int
jdoc_first_integer(const struct jdoc *d, const char *name, int64_t *value)
{
	struct json_object *o = find_member(d, name);

	if (!json_object_is_type(o, json_type_array) ||
	    json_object_array_length(o) == 0)
		return -1;
	return to_integer(json_object_array_get_idx(o, 0), value);
}

size_t
jdoc_length(const struct jdoc *d, const char *name)
{
	struct json_object *o = find_member(d, name);

	return json_object_is_type(o, json_type_array) ?
	    (size_t)json_object_array_length(o) : 0;
}

const char *
jdoc_element(const struct jdoc *d, const char *name, size_t index)
{
	return index < jdoc_length(d, name) ?
	    to_string(json_object_array_get_idx(find_member(d, name), index)) :
	    NULL;
}

static int
enter_object(struct jdoc *d, struct json_object *o)
{
	if (!json_object_is_type(o, json_type_object))
		return -1;
	d->here = o;
	return 0;
}

int
jdoc_enter(struct jdoc *d, const char *name)
{
	return enter_object(d, find_member(d, name));
}

int
jdoc_enter_element(struct jdoc *d, const char *name, size_t index)
{
	return index >= jdoc_length(d, name) ? -1 : enter_object(d,
	    json_object_array_get_idx(find_member(d, name), index));
}

void
jdoc_leave(struct jdoc *d)
{
	d->here = d->root;
}

int
jdoc_has(const struct jdoc *d, const char *name)
{
	return find_member(d, name) != NULL;
}

static int
is_among(const char *name, const char *const known[])
{
	for (; *known != NULL; known++)
		if (strcmp(*known, name) == 0)
			return 1;
	return 0;
}

const char *
jdoc_unknown(const struct jdoc *d, const char *const known[])
{
	json_object_object_foreach(d->here, name, value) {
		(void)value;
		if (!is_among(name, known))
			return name;
	}
	return NULL;
}

int
jdoc_is_true(const struct jdoc *d, const char *name)
{
	struct json_object *o = find_member(d, name);

	return json_object_is_type(o, json_type_boolean) &&
	    json_object_get_boolean(o);
}

void
jdoc_free(struct jdoc *d)
{
	if (d == NULL)
		return;
	wipe_value(d->root);
	json_object_put(d->root);
	free(d);
}
