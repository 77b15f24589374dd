// Linked nodes of 64 bytes, so many MiB of them live, and two goroutines that append to lists and cut
// their heads off. Prints, in microseconds, the p99 and the longest pause of a cycle, and the time of a batch
// of 16 nodes, p99.99 and longest; then nanoseconds a node and goroutine.
package main

import (
	"fmt"
	"math/bits"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"time"
)

type node struct {
	next, tail *node
	payload    [6]uint64
}

const (
	batch   = 16
	lists   = 1024
	workers = 2
)

func main() {
	mebibytes, _ := strconv.Atoi(os.Args[1])
	milliseconds, _ := strconv.Atoi(os.Args[2])
	length := mebibytes << 20 / 64 / lists
	var ready, churned, done sync.WaitGroup
	start := make(chan struct{})
	batches := make([]latencies, workers)
	for w := range workers {
		ready.Add(1)
		churned.Add(1)
		done.Add(1)
		go func() {
			defer done.Done()
			anchors := build(lists/workers, length)
			ready.Done()
			<-start
			churn(anchors, time.Duration(milliseconds)*time.Millisecond, &batches[w])
			churned.Done()
			check(anchors, length)
		}()
	}
	ready.Wait()
	var before debug.GCStats
	debug.ReadGCStats(&before)
	close(start)
	// The check that follows is not part of the work, nor are its pauses.
	churned.Wait()
	var after debug.GCStats
	debug.ReadGCStats(&after)
	done.Wait()
	pauses := after.Pause[:min(after.NumGC-before.NumGC, int64(len(after.Pause)))]
	slices.Sort(pauses)
	if len(pauses) == 0 {
		fmt.Fprintln(os.Stderr, "no cycle was completed")
		os.Exit(1)
	}
	p99 := pauses[min(len(pauses)*99/100, len(pauses)-1)]
	all := &batches[0]
	for w := 1; w < workers; w++ {
		all.add(&batches[w])
	}
	each := float64(milliseconds) * 1e6 * workers / float64(all.count()*batch)
	fmt.Println(micros(p99), micros(pauses[len(pauses)-1]),
		micros(all.allButOneIn(10_000)), micros(all.longest), each)
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }

func build(count, length int) []*node {
	anchors := make([]*node, count)
	for i := range anchors {
		first := &node{}
		anchors[i] = &node{next: first, tail: first}
		for range length - 1 {
			push(anchors[i])
		}
	}
	return anchors
}

func push(anchor *node) {
	fresh := &node{}
	anchor.tail.next = fresh
	anchor.tail = fresh
}

func churn(anchors []*node, limit time.Duration, batches *latencies) {
	start, random, last := time.Now(), uint64(88172645463325252), time.Duration(0)
	for last < limit {
		for range batch {
			random ^= random << 13
			random ^= random >> 7
			random ^= random << 17
			anchor := anchors[(random>>32)%uint64(len(anchors))]
			push(anchor)
			anchor.next = anchor.next.next
		}
		now := time.Since(start)
		batches.note(now - last)
		last = now
	}
}

// How many batches took how long, by eighths of an octave of nanoseconds.
type latencies struct {
	counts  [512]uint64
	longest time.Duration
}

func (l *latencies) note(took time.Duration) {
	nanos := max(uint64(took), 8)
	octave := bits.Len64(nanos) - 1
	l.counts[octave*8+int(nanos>>(octave-3)%8)]++
	l.longest = max(l.longest, took)
}

func (l *latencies) add(other *latencies) {
	for i, more := range other.counts {
		l.counts[i] += more
	}
	l.longest = max(l.longest, other.longest)
}

func (l *latencies) count() (sum uint64) {
	for _, count := range l.counts {
		sum += count
	}
	return sum
}

// One in so many took longer. The lower end of its bucket.
func (l *latencies) allButOneIn(many uint64) time.Duration {
	longer := l.count() / many
	for bucket := len(l.counts) - 1; bucket >= 0; bucket-- {
		if count := l.counts[bucket]; count > longer {
			return time.Duration((8 + bucket%8) << (bucket / 8) >> 3)
		} else {
			longer -= count
		}
	}
	return 0
}

func check(anchors []*node, length int) {
	for _, anchor := range anchors {
		count := 0
		for at := anchor.next; at != nil; at = at.next {
			count++
		}
		if count != length {
			panic(fmt.Sprintf("a list of %d has %d nodes", length, count))
		}
	}
}
