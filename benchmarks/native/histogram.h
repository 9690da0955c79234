/* Latencies in nanoseconds, in buckets no wider than 1/64 of their value (the layout of HdrHistogram with two digits). */
#include <string.h>

enum { SUB = 128, BUCKETS = SUB * 58 };

struct histogram {
    long long count, max;
    long long buckets[BUCKETS];
};

static inline void record(struct histogram *h, long long value) {
    int exponent = value < SUB ? 0 : 63 - __builtin_clzll((unsigned long long)value) - 6;
    h->buckets[exponent * (SUB / 2) + (value >> exponent)]++;
    h->count++;
    if (value > h->max) {
        h->max = value;
    }
}

/* The value under which the share of all recorded ones lies, in microseconds; -1 when nothing was recorded. */
static double quantile(const struct histogram *h, double share) {
    if (h->count == 0) {
        return -1;
    }
    if (share >= 1) {
        return h->max / 1000.0;
    }
    long long wanted = (long long)(share * h->count + 0.999999), seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
        seen += h->buckets[i];
        if (seen >= wanted) {
            int exponent = i < SUB ? 0 : i / (SUB / 2) - 1;
            return ((i - exponent * (SUB / 2)) + 0.5) * (double)(1LL << exponent) / 1000.0;
        }
    }
    return h->max / 1000.0;
}
