/*
 * Adafactor as torch.optim has it: a tensor's rows are shared out among the threads; sums over columns are made by each thread for its
 * rows, and added up.
 */
static float *sums; /* for each thread, as many as the longest tensor keeps for columns */
static long sums_each;

static long rows_kept(struct tensor t)
{
	return t.rank > 1 ? t.stack * t.rows : 0;
}

static long cols_kept(struct tensor t)
{
	return t.rank > 1 ? t.stack * t.cols : t.n;
}

static void prepare_sums(long each)
{
	if (each <= sums_each)
		return;
	free(sums);
	sums_each = each;
	sums = malloc(threads * each * sizeof *sums);
}

static float mean(const float *restrict x, long n)
{
	float sum = 0;
#pragma omp simd reduction(+ : sum)
	for (long i = 0; i < n; i++)
		sum += x[i];
	return sum / n;
}

static double square_sum(const float *restrict x, long n)
{
	double sum = 0;
#pragma omp simd reduction(+ : sum)
	for (long i = 0; i < n; i++)
		sum += (double)(x[i] * x[i]);
	return sum;
}

/* The squares of a row, to each column's sum and in all. */
static float row_squares(const float *restrict g, float *restrict of_cols, long n)
{
	float sum = 0;
#pragma omp simd reduction(+ : sum)
	for (long i = 0; i < n; i++) {
		float square = g[i] * g[i];
		sum += square;
		of_cols[i] += square;
	}
	return sum;
}

static const float LEAST = 0x1p-23f;

/* fmaxf is a call where NaNs may come. */
static inline float at_least(float least, float x)
{
	return x > least ? x : least;
}

/* Squares of the direction, whose elements are g / sqrt(r * c). */
static double direction_squares(const float *restrict g, const float *restrict c, float r, long n)
{
	double sum = 0;
#pragma omp simd reduction(+ : sum)
	for (long i = 0; i < n; i++)
		sum += (double)(g[i] * g[i] / at_least(LEAST * LEAST, r * c[i]));
	return sum;
}

static void move(float *restrict w, const float *restrict g, const float *restrict c, float r, float pace, long n)
{
	for (long i = 0; i < n; i++)
		w[i] -= pace * g[i] / sqrtf(at_least(LEAST * LEAST, r * c[i]));
}

static double added(const double *parts)
{
	double sum = 0;
	for (int i = 0; i < threads; i++)
		sum += parts[i];
	return sum;
}

/* What all rows of a matrix are divided by. */
static float row_scale(struct tensor t, long line)
{
	return at_least(LEAST, mean(t.m + line / t.rows * t.rows, t.rows));
}

/* One thread's share of an update; all threads call it. `parts` is theirs together. */
static void adafactor(struct tensor t, int id, double *parts, double updates)
{
	int is_matrix = t.rank > 1;
	long lines = is_matrix ? t.stack * t.rows : threads, cols = cols_kept(t);
	long from = lines * id / threads, to = lines * (id + 1) / threads;
	long first = is_matrix ? 0 : bound(t.n, id, threads), width = is_matrix ? t.cols : bound(t.n, id + 1, threads) - first;
	long begin = is_matrix ? from * t.cols : first, length = is_matrix ? (to - from) * t.cols : width;
	float gain = (float)pow(updates, -0.8), *own = sums + id * sums_each;

	parts[id] = square_sum(t.w + begin, length);
	if (is_matrix) {
		memset(own, 0, cols * sizeof *own);
		for (long line = from; line < to; line++) {
			float sum = row_squares(t.g + line * width, own + line / t.rows * width, width);
			t.m[line] += gain * (sum / width - t.m[line]);
		}
	} else
		for (long i = first; i < first + width; i++)
			t.v[i] += gain * (t.g[i] * t.g[i] - t.v[i]);
#pragma omp barrier
	double root = sqrt((double)t.n), rms = sqrt(added(parts)) / root;
	for (long i = cols * id / threads; is_matrix && i < cols * (id + 1) / threads; i++) {
		float sum = 0;
		for (int k = 0; k < threads; k++)
			sum += sums[k * sums_each + i];
		t.v[i] += gain * (sum / t.rows - t.v[i]);
	}
#pragma omp barrier
	double squares = 0;
	float scale = 1;
	for (long line = from; line < to; line++) {
		if (is_matrix && (line == from || line % t.rows == 0))
			scale = row_scale(t, line);
		long at = is_matrix ? line * width : first;
		squares += direction_squares(t.g + at, t.v + (is_matrix ? line / t.rows * width : first),
					     is_matrix ? t.m[line] / scale : 1, width);
	}
	parts[id] = squares;
#pragma omp barrier
	double alpha = fmax(1e-3, rms) * fmin(RATE, 1 / sqrt(updates));
	float pace = (float)(alpha / fmax(1, sqrt(added(parts)) / root));
	for (long line = from; line < to; line++) {
		if (is_matrix && (line == from || line % t.rows == 0))
			scale = row_scale(t, line);
		long at = is_matrix ? line * width : first;
		move(t.w + at, t.g + at, t.v + (is_matrix ? line / t.rows * width : first), is_matrix ? t.m[line] / scale : 1, pace,
		     width);
	}
#pragma omp barrier
}
