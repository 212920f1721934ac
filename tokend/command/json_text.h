/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * json_text.h - JSON objects (RFC 8259) that the command prints.
 */
#pragma once

#include <json-c/json.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Members of an object. */
struct json_string {
	const char *name;
	const char *value;	/* printable UTF-8; NULL: "" */
};

struct json_number {
	const char *name;
	int64_t value;
};

/* Add members to `to`. 0; -1 if there is no memory. */
int json_add_strings(struct json_object *to, const struct json_string *member,
    size_t count);
int json_add_numbers(struct json_object *to, const struct json_number *member,
    size_t count);

#define JSON_ADD_STRINGS(to, array) \
	json_add_strings(to, array, sizeof(array) / sizeof((array)[0]))
#define JSON_ADD_NUMBERS(to, array) \
	json_add_numbers(to, array, sizeof(array) / sizeof((array)[0]))

/* Adds value, which may be NULL, and owns it from then on, also at -1. */
int json_add(struct json_object *to, const char *name,
    struct json_object *value);

/* Prints o in one line without its end. 0; -1 if there is no memory. */
int json_print(FILE *to, struct json_object *o);
