/*
 * The same updates as plain C loops. Reads lines from standard input; for each it makes `steps` updates and answers with the
 * nanoseconds of processor time that one took.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void adam(long n, float *restrict w, const float *restrict g, float *restrict m, float *restrict v, double t, float decay)
{
	const double lr = 0.001, beta1 = 0.9, beta2 = 0.999;
	const float step_size = (float)(lr / (1 - pow(beta1, t))), root = (float)sqrt(1 - pow(beta2, t));
	const float keep = (float)(1 - lr * decay), w1 = (float)(1 - beta1), b2 = (float)beta2, w2 = (float)(1 - beta2);
	const float eps = 1e-8f;
	for (long i = 0; i < n; i++) {
		float x = decay != 0 ? w[i] * keep : w[i];
		float a = m[i] + w1 * (g[i] - m[i]);
		float b = v[i] * b2 + w2 * g[i] * g[i];
		m[i] = a;
		v[i] = b;
		w[i] = x - step_size * a / (sqrtf(b) / root + eps);
	}
}

static void sgd(long n, float *restrict w, const float *restrict g, float *restrict m)
{
	const float lr = 0.001f, momentum = 0.9f;
	for (long i = 0; i < n; i++) {
		m[i] = m[i] * momentum + g[i];
		w[i] = w[i] - lr * m[i];
	}
}

static float *filled(long n, float value)
{
	float *out = aligned_alloc(64, (n * sizeof(float) + 63) / 64 * 64);
	for (long i = 0; i < n; i++)
		out[i] = value * (float)(1 + i % 7);
	return out;
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	const char *rule = argv[1];
	const long n = atol(argv[2]), steps = atol(argv[3]);
	float *w = filled(n, 0.5f), *g = filled(n, 0.01f), *m = filled(n, 0), *v = filled(n, 0);
	double t = 0;
	char line[16];
	while (fgets(line, sizeof line, stdin)) {
		struct timespec from, to;
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
		for (long i = 0; i < steps; i++) {
			t += 1;
			if (strcmp(rule, "sgd") == 0)
				sgd(n, w, g, m);
			else
				adam(n, w, g, m, v, t, strcmp(rule, "adamw") == 0 ? 0.01f : 0);
		}
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
		printf("%.0f\n", ((to.tv_sec - from.tv_sec) * 1e9 + (to.tv_nsec - from.tv_nsec)) / steps);
		fflush(stdout);
	}
	return w[n / 2] == 12345;
}
