/* M/M/1 by the kernel's own algorithm, for comparison: a 4-ary heap of (time, sequence and kind), frames on a free list, a queue
   linked through them, xoshiro256++ per stream, time-weighted areas, a log-bucketed histogram. Prints seconds, requests
   and the mean response time. Arguments: requests, arrivals per ms, mean work in ms. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct { double t; int64_t key; } Event;
typedef struct { double start, wait, began; int64_t next; } Frame;

static Event *heap;
static Frame *frames;
static int64_t pending, sequence, unused, *histogram;
static uint64_t streams[2][4] = {{1, 2, 3, 4}, {5, 6, 7, 8}};

static double exponential(uint64_t *s) {
    uint64_t x = s[0] + s[3], result = ((x << 23) | (x >> 41)) + s[0], t = s[1] << 17;
    s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3]; s[2] ^= t; s[3] = (s[3] << 45) | (s[3] >> 19);
    return -log(1.0 - (double)(result >> 11) * (1.0 / 9007199254740992.0));
}

static void push(double t, int64_t kind, int64_t slot) {
    int64_t i = pending++, key = (++sequence << 28) | (kind << 24) | slot;
    while (i > 0) {
        int64_t above = (i - 1) >> 2;
        if (heap[above].t <= t) break;
        heap[i] = heap[above];
        i = above;
    }
    heap[i] = (Event){t, key};
}

static Event pop(void) {
    Event first = heap[0], moved = heap[--pending];
    int64_t n = pending, i = 0;
    for (;;) {
        int64_t child = (i << 2) + 1, last = child + 4, best = child;
        if (child >= n) break;
        if (last > n) last = n;
        for (child++; child < last; child++)
            if (heap[child].t < heap[best].t || (heap[child].t == heap[best].t && heap[child].key < heap[best].key))
                best = child;
        if (heap[best].t < moved.t || (heap[best].t == moved.t && heap[best].key < moved.key)) {
            heap[i] = heap[best];
            i = best;
        } else break;
    }
    if (n) heap[i] = moved;
    return first;
}

int main(int argc, char **argv) {
    double requests = argc > 1 ? atof(argv[1]) : 1e6, rate = argc > 2 ? atof(argv[2]) : 0.008;
    double work = argc > 3 ? atof(argv[3]) : 100.0, end = requests / rate;
    int64_t room = 1 << 20, head = -1, tail = -1, queued = 0, busy = 0, done = 0, offered = 0, longest = 0;
    double last = 0, area_busy = 0, area_queue = 0, sum = 0, sum_wait = 0, most = 0;
    heap = calloc(1024, sizeof *heap);
    frames = calloc(room, sizeof *frames);
    histogram = calloc(44 * 128 + 1, sizeof *histogram);
    for (int64_t i = 0; i < room; i++) frames[i].next = i + 1;
    struct timespec from, to;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    push(exponential(streams[0]) / rate, 0, 0);
    while (pending && heap[0].t < end) {
        Event event = pop();
        double now = event.t;
        int64_t f = event.key & 0xffffff;
        area_busy += busy * (now - last);
        area_queue += queued * (now - last);
        last = now;
        if (((event.key >> 24) & 15) == 0) {
            push(now + exponential(streams[0]) / rate, 0, 0);
            offered++;
            f = unused;
            if (f >= room) return 1;
            unused = frames[f].next;
            frames[f] = (Frame){now, 0, now, -1};
            if (busy) {
                if (tail < 0) head = f; else frames[tail].next = f;
                tail = f;
                if (++queued > longest) longest = queued;
            } else {
                busy = 1;
                push(now + exponential(streams[1]) * work, 1, f);
            }
        } else {
            double took = now - frames[f].start;
            int exponent;
            double mantissa = frexp(took, &exponent);
            int64_t bucket = took > 0 ? (exponent + 10) * 128 + (int64_t)((mantissa - 0.5) * 256) + 1 : 0;
            histogram[bucket < 0 ? 0 : bucket > 44 * 128 ? 44 * 128 : bucket]++;
            sum += took;
            sum_wait += frames[f].wait;
            if (took > most) most = took;
            done++;
            frames[f].next = unused;
            unused = f;
            if (head >= 0) {
                f = head;
                head = frames[f].next;
                if (head < 0) tail = -1;
                queued--;
                frames[f].wait = now - frames[f].began;
                push(now + exponential(streams[1]) * work, 1, f);
            } else busy = 0;
        }
    }
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
    printf("%.9f %lld %.6f %.6f %.1f %.1f %lld\n", (to.tv_sec - from.tv_sec) + 1e-9 * (to.tv_nsec - from.tv_nsec),
           (long long)done, sum / done, area_busy / last, most, area_queue + sum_wait, (long long)longest + offered);
    return 0;
}
