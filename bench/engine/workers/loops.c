/*
 * The rules as plain C loops, in as many threads as the first argument says. Answers lines as protocol.mjs says.
 *
 * Elementwise rules: each thread takes its part of every tensor, with no wait between tensors. LAMB and Adafactor wait for their sums.
 */
#include <math.h>
#include <omp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CHECKED = 1000, FIRST_STEPS = 3, PERIOD = 1 << 20 };
static const float RATE = 1e-5f;
static const double BETA1 = 0.9, BETA2 = 0.999;

/* A stack of matrices; a vector is one row. */
struct tensor {
	long n, stack, rows, cols;
	int rank;
	float *w, *g, *m, *v;
};

/* What of an update depends on its count alone. */
struct scalars {
	float step_size, root, bias1, bias2, keep;
};

typedef void kernel(long n, float *restrict w, const float *restrict g, float *restrict m, float *restrict v, struct scalars s);

static const float W1 = (float)(1 - 0.9), B1 = 0.9f, W2 = (float)(1 - 0.999), B2 = 0.999f;

static void sgd(long n, float *restrict w, const float *restrict g, float *restrict m, float *restrict v, struct scalars s)
{
	for (long i = 0; i < n; i++) {
		float a = m[i] * B1 + g[i];
		m[i] = a;
		w[i] = w[i] - RATE * a;
	}
}

static void adam(long n, float *restrict w, const float *restrict g, float *restrict m, float *restrict v, struct scalars s)
{
	for (long i = 0; i < n; i++) {
		float a = m[i] + W1 * (g[i] - m[i]);
		float b = v[i] * B2 + W2 * g[i] * g[i];
		m[i] = a;
		v[i] = b;
		w[i] = w[i] - s.step_size * a / (sqrtf(b) / s.root + 1e-8f);
	}
}

static void adamw(long n, float *restrict w, const float *restrict g, float *restrict m, float *restrict v, struct scalars s)
{
	for (long i = 0; i < n; i++) {
		float a = m[i] + W1 * (g[i] - m[i]);
		float b = v[i] * B2 + W2 * g[i] * g[i];
		m[i] = a;
		v[i] = b;
		w[i] = w[i] * s.keep - s.step_size * a / (sqrtf(b) / s.root + 1e-8f);
	}
}

static void rmsprop(long n, float *restrict w, const float *restrict g, float *restrict m, float *restrict v, struct scalars s)
{
	for (long i = 0; i < n; i++) {
		float b = v[i] * 0.99f + 0.01f * g[i] * g[i];
		v[i] = b;
		w[i] = w[i] - RATE * g[i] / (sqrtf(b) + 1e-8f);
	}
}

static void lion(long n, float *restrict w, const float *restrict g, float *restrict m, float *restrict v, struct scalars s)
{
	for (long i = 0; i < n; i++) {
		float x = W1 * g[i] + B1 * m[i];
		m[i] = 0.01f * g[i] + 0.99f * m[i];
		w[i] = w[i] - RATE * ((float)((x > 0) - (x < 0)) + 0.001f * w[i]);
	}
}

/* A plain copy, to tell what more threads are worth to the memory. */
static void copy(long n, float *restrict w, const float *restrict g, float *restrict m, float *restrict v, struct scalars s)
{
	memcpy(w, g, n * sizeof *w);
}

struct norms {
	double weight, direction;
};

static struct norms lamb_moments(long n, const float *restrict w, const float *restrict g, float *restrict m, float *restrict v,
				 float *restrict u, struct scalars s)
{
	double of_w = 0, of_u = 0;
#pragma omp simd reduction(+ : of_w, of_u)
	for (long i = 0; i < n; i++) {
		float a = W1 * g[i] + B1 * m[i];
		float b = W2 * (g[i] * g[i]) + B2 * v[i];
		float d = a / s.bias1 / (sqrtf(b / s.bias2) + 1e-6f) + 0.01f * w[i];
		m[i] = a;
		v[i] = b;
		u[i] = d;
		of_w += (double)(w[i] * w[i]);
		of_u += (double)(d * d);
	}
	return (struct norms){ of_w, of_u };
}

static void lamb_weights(long n, float *restrict w, const float *restrict u, float pace)
{
	for (long i = 0; i < n; i++)
		w[i] = w[i] - pace * u[i];
}

static int threads;

/* Where a thread's part of a tensor begins: on a cache line. */
static long bound(long n, int thread, int of)
{
	return thread == of ? n : n / of * thread / 16 * 16;
}

#include "adafactor.h"

static void lamb_step(struct scalars s);
static void elementwise_step(struct scalars s);
static void adafactor_step(struct scalars s);

static const struct rule {
	const char *name;
	void (*step)(struct scalars s);
	kernel *update;
	int has_m, has_v;
} RULES[] = {
	{ "sgd", elementwise_step, sgd, 1, 0 },	    { "adam", elementwise_step, adam, 1, 1 },
	{ "adamw", elementwise_step, adamw, 1, 1 }, { "rmsprop", elementwise_step, rmsprop, 0, 1 },
	{ "lion", elementwise_step, lion, 1, 0 },   { "copy", elementwise_step, copy, 0, 0 },
	{ "lamb", lamb_step, NULL, 1, 1 },	    { "adafactor", adafactor_step, NULL, 0, 0 },
};

static const struct rule *rule;
static struct tensor *tensors;
static int count;
static float *direction; /* as long as the longest tensor; LAMB's */
static double updates;

static void lamb_step(struct scalars s)
{
	struct norms parts[threads];
#pragma omp parallel num_threads(threads)
	for (int k = 0; k < count; k++) {
		struct tensor t = tensors[k];
		int id = omp_get_thread_num();
		long from = bound(t.n, id, threads), n = bound(t.n, id + 1, threads) - from;
		double weight = 0, step = 0;
		parts[id] = lamb_moments(n, t.w + from, t.g + from, t.m + from, t.v + from, direction + from, s);
#pragma omp barrier
		for (int i = 0; i < threads; i++) {
			weight += parts[i].weight;
			step += parts[i].direction;
		}
		lamb_weights(n, t.w + from, direction + from, RATE * (weight == 0 || step == 0 ? 1 : (float)sqrt(weight / step)));
#pragma omp barrier
	}
}

static void elementwise_step(struct scalars s)
{
#pragma omp parallel num_threads(threads)
	for (int k = 0; k < count; k++) {
		struct tensor t = tensors[k];
		int id = omp_get_thread_num();
		long from = bound(t.n, id, threads), n = bound(t.n, id + 1, threads) - from;
		rule->update(n, t.w + from, t.g + from, t.m + from, t.v + from, s);
	}
}

static void adafactor_step(struct scalars s)
{
	double parts[threads];
#pragma omp parallel num_threads(threads)
	for (int k = 0; k < count; k++)
		adafactor(tensors[k], omp_get_thread_num(), parts, updates);
}

static void step(void)
{
	updates += 1;
	double left1 = 1 - pow(BETA1, updates), left2 = 1 - pow(BETA2, updates);
	struct scalars s = { (float)(RATE / left1), (float)sqrt(left2), (float)left1, (float)left2, (float)(1 - RATE * 0.01) };
	rule->step(s);
}

/* As protocol.mjs has it. */
static float drawn(uint32_t i, uint32_t salt)
{
	uint32_t x = (i ^ salt) * 0x9E3779B1u;
	x = (x ^ x >> 15) * 0x85EBCA77u;
	x ^= x >> 13;
	return (float)(x / 4294967296.0 - 0.5);
}

/* At least a cache line, so that there is always an address. */
static float *array(long n)
{
	return aligned_alloc(64, (n * sizeof(float) + 64) / 64 * 64);
}

static void clear(void)
{
	for (int k = 0; k < count; k++) {
		free(tensors[k].w);
		free(tensors[k].g);
		free(tensors[k].m);
		free(tensors[k].v);
	}
	free(direction);
	direction = NULL;
	count = 0;
}

static struct tensor shaped(const char *shape)
{
	struct tensor t = { .n = 1, .rows = 1, .cols = 1 };
	char *at = (char *)shape;
	do {
		t.rows = t.cols;
		t.cols = strtol(at, &at, 10);
		t.n *= t.cols;
		t.rank += 1;
	} while (*at++ == 'x');
	t.stack = t.n / (t.rows * t.cols);
	return t;
}

static void add(const char *shape, long first)
{
	struct tensor t = shaped(shape);
	int is_factored = rule->step == adafactor_step;
	long of_m = is_factored ? rows_kept(t) : t.n * rule->has_m, of_v = is_factored ? cols_kept(t) : t.n * rule->has_v;
	t.w = array(t.n);
	t.g = array(t.n);
	t.m = array(of_m);
	t.v = array(of_v);
	for (long i = 0; i < t.n; i++) {
		t.w[i] = drawn((first + i) % PERIOD, 0);
		t.g[i] = drawn((first + i) % PERIOD, 1u << 31);
	}
	memset(t.m, 0, of_m * sizeof(float));
	memset(t.v, 0, of_v * sizeof(float));
	if (is_factored)
		prepare_sums(of_v);
	tensors = realloc(tensors, (count + 1) * sizeof *tensors);
	tensors[count++] = t;
}

/* Takes the tensors in and makes the first steps; how far those moved a weight in the mean. */
static double begin(char *shapes)
{
	long first = 0, longest = 0;
	clear();
	for (char *shape = strtok(shapes, " "); shape != NULL; shape = strtok(NULL, " ")) {
		add(shape, first);
		long n = tensors[count - 1].n;
		first += n;
		longest = n > longest ? n : longest;
	}
	direction = array(rule->step == lamb_step ? longest : 0);
	updates = 0;
	for (int i = 0; i < FIRST_STEPS; i++)
		step();
	long n = tensors[0].n < CHECKED ? tensors[0].n : CHECKED;
	double moved = 0;
	for (long i = 0; i < n; i++)
		moved += fabs((double)tensors[0].w[i] - drawn(i, 0));
	return moved / n;
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

int main(int argc, char **argv)
{
	char *line = NULL, name[16];
	size_t room = 0;
	int at;
	long untimed, timed;
	threads = argc == 2 ? atoi(argv[1]) : 0;
	if (threads < 1)
		return 2;
	while (getline(&line, &room, stdin) > 0) {
		line[strcspn(line, "\n")] = 0;
		if (sscanf(line, "case %15s%n", name, &at) == 1) {
			rule = NULL;
			for (size_t i = 0; i < sizeof RULES / sizeof *RULES; i++)
				if (strcmp(RULES[i].name, name) == 0)
					rule = &RULES[i];
			if (rule == NULL)
				printf("cannot %s has no loop\n", name);
			else
				printf("moved %g\n", begin(line + at));
		} else if (sscanf(line, "run %ld %ld", &untimed, &timed) == 2) {
			for (long i = 0; i < untimed; i++)
				step();
			double from = now();
			for (long i = 0; i < timed; i++)
				step();
			printf("%.0f\n", now() - from);
		} else
			return 2;
		fflush(stdout);
	}
	return 0;
}
