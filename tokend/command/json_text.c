/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/json_text.h"

int
json_add(struct json_object *to, const char *name, struct json_object *value)
{
	if (value != NULL && json_object_object_add(to, name, value) == 0)
		return 0;
	json_object_put(value);
	return -1;
}

int
json_add_strings(struct json_object *to, const struct json_string *member,
    size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (json_add(to, member[i].name, json_object_new_string(
		    member[i].value != NULL ? member[i].value : "")) == -1)
			return -1;
	return 0;
}

int
json_add_numbers(struct json_object *to, const struct json_number *member,
    size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (json_add(to, member[i].name,
		    json_object_new_int64(member[i].value)) == -1)
			return -1;
	return 0;
}

int
json_print(FILE *to, struct json_object *o)
{
	const char *text = json_object_to_json_string_ext(o,
	    JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);

	if (text == NULL)
		return -1;
	fputs(text, to);
	return 0;
}
