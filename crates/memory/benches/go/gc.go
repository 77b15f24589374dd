// Linked nodes of 64 bytes, so many MiB of them live, and two goroutines that append to lists and cut
// their heads off. Prints the p99 and the longest pause of a cycle in microseconds, and nanoseconds a
// node and goroutine.
package main

import (
	"fmt"
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
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	counts := make([]int, workers)
	for w := range workers {
		ready.Add(1)
		done.Add(1)
		go func() {
			defer done.Done()
			anchors := build(lists/workers, length)
			ready.Done()
			<-start
			counts[w] = churn(anchors, time.Duration(milliseconds)*time.Millisecond)
			check(anchors, length)
		}()
	}
	ready.Wait()
	var before debug.GCStats
	debug.ReadGCStats(&before)
	close(start)
	done.Wait()
	var after debug.GCStats
	debug.ReadGCStats(&after)
	pauses := after.Pause[:min(after.NumGC-before.NumGC, int64(len(after.Pause)))]
	slices.Sort(pauses)
	if len(pauses) == 0 {
		fmt.Fprintln(os.Stderr, "no cycle was completed")
		os.Exit(1)
	}
	p99 := pauses[min(len(pauses)*99/100, len(pauses)-1)]
	each := float64(milliseconds) * 1e6 * workers / float64(counts[0]+counts[1])
	fmt.Println(micros(p99), micros(pauses[len(pauses)-1]), each)
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

func churn(anchors []*node, limit time.Duration) int {
	start, random, count := time.Now(), uint64(88172645463325252), 0
	for time.Since(start) < limit {
		for range batch {
			random ^= random << 13
			random ^= random >> 7
			random ^= random << 17
			anchor := anchors[(random>>32)%uint64(len(anchors))]
			push(anchor)
			anchor.next = anchor.next.next
		}
		count += batch
	}
	return count
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
