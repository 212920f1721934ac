/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * card.c - SoftHSM as a card that counts wrong PINs: the PKCS#11 module of
 * TOKEND_CARD_MODULE, with the flags of TOKEND_CARD_FLAGS added to what the
 * token (of the label TOKEND_CARD_LABEL, if that is set) says of itself, and
 * each C_Login a line in TOKEND_CARD_LOG. A token that is locked takes no PIN.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FUNCTIONS 68	/* of PKCS#11 2.40 */
#define LIST 3
#define TOKEN_INFO 6
#define LOGIN 18
#define FLAGS_AT 96	/* in CK_TOKEN_INFO */
#define LOCKED 0x40000UL
#define PIN_LOCKED 0xa4UL
#define GENERAL_ERROR 5UL

struct list {
	unsigned char version[2];
	void *function[FUNCTIONS];
};

static struct list ours;
static unsigned long (*get_token)(unsigned long, unsigned char *);
static unsigned long (*log_in)(unsigned long, unsigned long, unsigned char *,
    unsigned long);

static unsigned long
added_flags(void)
{
	const char *flags = getenv("TOKEND_CARD_FLAGS");

	return flags != NULL ? strtoul(flags, NULL, 0) : 0;
}

/* The label is what the information begins with. */
static int
is_meant(const unsigned char *info)
{
	const char *label = getenv("TOKEND_CARD_LABEL");

	return label == NULL || memcmp(info, label, strlen(label)) == 0;
}

static unsigned long
get_token_with_flags(unsigned long slot, unsigned char *info)
{
	unsigned long result = get_token(slot, info);

	if (result == 0 && is_meant(info))
		*(unsigned long *)(void *)(info + FLAGS_AT) |= added_flags();
	return result;
}

static unsigned long
log_in_by_count(unsigned long session, unsigned long user, unsigned char *pin,
    unsigned long len)
{
	int fd = open(getenv("TOKEND_CARD_LOG"), O_WRONLY | O_APPEND);

	if (fd == -1 || write(fd, "login\n", 6) != 6)
		return GENERAL_ERROR;
	close(fd);
	return added_flags() & LOCKED ? PIN_LOCKED :
	    log_in(session, user, pin, len);
}

static unsigned long
get_list(struct list **out)
{
	*out = &ours;
	return 0;
}

unsigned long C_GetFunctionList(struct list **out);

unsigned long
C_GetFunctionList(struct list **out)
{
	void *module = dlopen(getenv("TOKEND_CARD_MODULE"), RTLD_NOW);
	unsigned long (*get)(struct list **) = NULL;
	struct list *theirs = NULL;

	if (module == NULL)
		return GENERAL_ERROR;
	*(void **)&get = dlsym(module, "C_GetFunctionList");
	if (get == NULL || get(&theirs) != 0)
		return GENERAL_ERROR;
	ours = *theirs;
	*(void **)&get_token = ours.function[TOKEN_INFO];
	*(void **)&log_in = ours.function[LOGIN];
	ours.function[LIST] = (void *)get_list;
	ours.function[TOKEN_INFO] = (void *)get_token_with_flags;
	ours.function[LOGIN] = (void *)log_in_by_count;
	*out = &ours;
	return 0;
}
