/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers that are the same in every run: a failing seed can be run again. */
#ifndef TESTS_FILTER_RANDOM_H
#define TESTS_FILTER_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dice {
	uint64_t state;
};

/* The splitmix64 sequence. */
static inline uint64_t roll(struct dice *dice)
{
	uint64_t z = dice->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* From 0 to sides - 1. */
static inline uint32_t die(struct dice *dice, uint32_t sides)
{
	return (uint32_t)(roll(dice) % sides);
}

static inline bool one_in(struct dice *dice, uint32_t times)
{
	return die(dice, times) == 0;
}

/*
 * Numbers for fields and for what they are compared with. From one small stock, so that they
 * often meet; around the bounds of bytes, since that is where byte orders go wrong.
 */
static inline uint64_t common_number(struct dice *dice, unsigned bytes)
{
	static const uint32_t stock[] = {
	    0,         1,          2,          3,          4,          5,         7,
	    22,        80,         255,        256,        257,        1000,      1024,
	    0x1600,    4095,       4096,       4097,       0xff00,     0xffff,    0x10000,
	    0x10001,   0x1000000,  0x16000000, 0x01020304, 0x04030201, 0x1000003, 0x20005,
	    0x5000000, 0xfffffffe, 0xffffffff,
	};
	uint64_t number = stock[die(dice, sizeof(stock) / sizeof(stock[0]))];

	if (one_in(dice, 8))
		number += die(dice, 3) - UINT64_C(1);
	if (one_in(dice, 16))
		number = roll(dice);
	if (bytes == 8 && !one_in(dice, 8))
		number &= UINT32_MAX;
	return number & UINT64_MAX >> (64 - 8 * bytes);
}

#endif
