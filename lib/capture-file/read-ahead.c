/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A ring of buffers. The thread fills one after another. The main thread uses one, and returns it
 * when it asks for the next. Each buffer has room before the chunk for the rest of the previous
 * chunk. So a record that is split between two chunks becomes whole, and only its own bytes are
 * copied. The kernel gives that room no memory until it is used.
 */
#include "lib/capture-file/read-ahead.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As large as the window of window.c; all chunks together fit a core's own cache. */
#define CHUNK_SIZE ((size_t)256 * 1024)
#define CHUNKS     8

struct chunk {
	uint8_t *room; /* READ_AHEAD_KEPT_MAX bytes, then CHUNK_SIZE */
	ssize_t length;
	int error;
};

struct read_ahead {
	int fd;
	pthread_t thread;
	pthread_mutex_t lock; /* protects the members after it */
	pthread_cond_t changed;
	bool stop;
	uint64_t filled; /* chunks that were read */
	uint64_t given;  /* chunks that the main thread got; it uses the last of them */
	struct chunk chunks[CHUNKS];
};

/* The main thread uses a chunk until it gets the next. */
static uint64_t chunks_in_use(const struct read_ahead *ahead)
{
	return ahead->filled - ahead->given + (ahead->given > 0);
}

/*
 * A thread that sleeps once for every chunk uses a third of a core to fall asleep and wake up. So
 * after it has filled all chunks, it sleeps until half of them are free.
 *
 * False when the thread has to end.
 */
static bool wait_for_room(struct read_ahead *ahead)
{
	bool stop;

	pthread_mutex_lock(&ahead->lock);
	if (chunks_in_use(ahead) == CHUNKS)
		while (!ahead->stop && chunks_in_use(ahead) > CHUNKS / 2)
			pthread_cond_wait(&ahead->changed, &ahead->lock);
	stop = ahead->stop;
	pthread_mutex_unlock(&ahead->lock);
	return !stop;
}

static void hand_over(struct read_ahead *ahead)
{
	pthread_mutex_lock(&ahead->lock);
	ahead->filled++;
	pthread_cond_signal(&ahead->changed);
	pthread_mutex_unlock(&ahead->lock);
}

static void *read_all(void *argument)
{
	struct read_ahead *ahead = argument;
	struct chunk *chunk;

	for (uint64_t i = 0; wait_for_room(ahead); i++) {
		chunk = &ahead->chunks[i % CHUNKS];
		do
			chunk->length =
			    read(ahead->fd, chunk->room + READ_AHEAD_KEPT_MAX, CHUNK_SIZE);
		while (chunk->length < 0 && errno == EINTR);
		chunk->error = chunk->length < 0 ? errno : 0;
		hand_over(ahead);
		if (chunk->length <= 0)
			break;
	}
	return NULL;
}

static void free_all(struct read_ahead *ahead)
{
	for (int i = 0; i < CHUNKS; i++)
		free(ahead->chunks[i].room);
	pthread_cond_destroy(&ahead->changed);
	pthread_mutex_destroy(&ahead->lock);
	free(ahead);
}

static bool start_thread(struct read_ahead *ahead)
{
	sigset_t all;
	sigset_t before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&ahead->thread, NULL, read_all, ahead);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error == 0;
}

struct read_ahead *read_ahead_start(int fd)
{
	struct read_ahead *ahead = calloc(1, sizeof(*ahead));
	bool room = true;

	if (!ahead)
		return NULL;
	ahead->fd = fd;
	pthread_mutex_init(&ahead->lock, NULL);
	pthread_cond_init(&ahead->changed, NULL);
	for (int i = 0; i < CHUNKS; i++) {
		ahead->chunks[i].room = malloc(READ_AHEAD_KEPT_MAX + CHUNK_SIZE);
		room = room && ahead->chunks[i].room;
	}
	if (room && start_thread(ahead))
		return ahead;
	free_all(ahead);
	return NULL;
}

void read_ahead_stop(struct read_ahead *ahead)
{
	if (!ahead)
		return;
	pthread_mutex_lock(&ahead->lock);
	ahead->stop = true;
	pthread_cond_signal(&ahead->changed);
	pthread_mutex_unlock(&ahead->lock);
	pthread_join(ahead->thread, NULL);
	free_all(ahead);
}

static struct chunk *wait_for_chunk(struct read_ahead *ahead)
{
	pthread_mutex_lock(&ahead->lock);
	while (ahead->filled == ahead->given)
		pthread_cond_wait(&ahead->changed, &ahead->lock);
	pthread_mutex_unlock(&ahead->lock);
	return &ahead->chunks[ahead->given % CHUNKS];
}

/* From now on the thread may fill the previous chunk. */
static void release_previous(struct read_ahead *ahead)
{
	pthread_mutex_lock(&ahead->lock);
	ahead->given++;
	if (chunks_in_use(ahead) <= CHUNKS / 2)
		pthread_cond_signal(&ahead->changed);
	pthread_mutex_unlock(&ahead->lock);
}

struct read_ahead_chunk read_ahead_next(struct read_ahead *ahead, const uint8_t *kept,
					size_t length)
{
	struct chunk *chunk = wait_for_chunk(ahead);
	uint8_t *data = chunk->room + READ_AHEAD_KEPT_MAX;
	size_t read = chunk->length > 0 ? (size_t)chunk->length : 0;

	/* If this is another call at the end of the file, the bytes are in their place already. */
	memmove(data - length, kept, length);
	if (read > 0)
		release_previous(ahead);
	return (struct read_ahead_chunk){
	    .begin = data - length,
	    .end = data + read,
	    .length = read,
	    .error = chunk->error,
	};
}
