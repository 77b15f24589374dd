// Go's channels on the jobs of benches/peers: `channels JOB COUNT MILLISECONDS` does the job with
// COUNT operations until MILLISECONDS have passed, and prints the nanoseconds an operation took, or
// what else the job measures.
package main

import (
	"fmt"
	"log"
	"os"
	"runtime"
	"strconv"
	"time"
)

const capacity = 1024

func main() {
	job := os.Args[1]
	count := number(os.Args[2])
	least := time.Duration(number(os.Args[3])) * time.Millisecond
	switch job {
	case "memory of 1":
		fmt.Println(memoryOfChannel(count, 1))
	case "memory of 1024":
		fmt.Println(memoryOfChannel(count, 1024))
	case "memory of waiters":
		fmt.Println(memoryOfWaiters(count))
	default:
		fmt.Println(repeat(timed(job), count, least))
	}
}

func timed(job string) func(uint64) {
	switch job {
	case "round trip":
		return roundTrip
	case "1:1":
		return func(count uint64) { transfer(1, 1, count) }
	case "4:1":
		return func(count uint64) { transfer(4, 1, count/4) }
	case "4:4":
		return func(count uint64) { transfer(4, 4, count/4) }
	case "select 2":
		return func(count uint64) { selectOver(2, capacity, count) }
	case "select 8":
		return func(count uint64) { selectOver(8, capacity, count) }
	case "select 2 unbuffered":
		return func(count uint64) { selectOver(2, 0, count) }
	case "select 8 unbuffered":
		return func(count uint64) { selectOver(8, 0, count) }
	}
	log.Fatal("no such job: ", job)
	return nil
}

func number(text string) uint64 {
	value, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func repeat(job func(uint64), count uint64, least time.Duration) float64 {
	start := time.Now()
	jobs := uint64(0)
	for jobs == 0 || time.Since(start) < least {
		job(count)
		jobs++
	}
	return float64(time.Since(start).Nanoseconds()) / float64(jobs*count)
}

func roundTrip(count uint64) {
	to, back := make(chan uint64), make(chan uint64)
	go func() {
		for message := range to {
			back <- message + 1
		}
	}()
	for message := range count {
		to <- message
		if <-back != message+1 {
			log.Fatal("a wrong answer")
		}
	}
	close(to)
}

// tally is what has arrived at one end, or should.
type tally struct{ messages, sum uint64 }

func check(arrived tally, senders, share uint64) {
	if arrived != (tally{senders * share, senders * (share * (share - 1) / 2)}) {
		log.Fatal("messages were lost: ", arrived)
	}
}

// transfer has each sender send the numbers below share.
func transfer(senders, receivers, share uint64) {
	channel := make(chan uint64, capacity)
	sent := make(chan bool)
	received := make(chan tally)
	for range receivers {
		go func() {
			var arrived tally
			for message := range channel {
				arrived.messages++
				arrived.sum += message
			}
			received <- arrived
		}()
	}
	for range senders {
		go func() {
			send(channel, share)
			sent <- true
		}()
	}
	for range senders {
		<-sent
	}
	close(channel)
	var all tally
	for range receivers {
		one := <-received
		all.messages += one.messages
		all.sum += one.sum
	}
	check(all, senders, share)
}

func send(channel chan<- uint64, share uint64) {
	for message := range share {
		channel <- message
	}
}

// selectOver has a sender for each channel, and one that receives from all.
func selectOver(channels, capacity, count uint64) {
	share := count / channels
	c := make([]chan uint64, channels)
	for index := range c {
		c[index] = make(chan uint64, capacity)
		go send(c[index], share)
	}
	var arrived tally
	for range share * channels {
		arrived.messages++
		if channels == 2 {
			arrived.sum += first2(c)
		} else {
			arrived.sum += first8(c)
		}
	}
	check(arrived, channels, share)
}

func first2(c []chan uint64) uint64 {
	select {
	case message := <-c[0]:
		return message
	case message := <-c[1]:
		return message
	}
}

func first8(c []chan uint64) uint64 {
	select {
	case message := <-c[0]:
		return message
	case message := <-c[1]:
		return message
	case message := <-c[2]:
		return message
	case message := <-c[3]:
		return message
	case message := <-c[4]:
		return message
	case message := <-c[5]:
		return message
	case message := <-c[6]:
		return message
	case message := <-c[7]:
		return message
	}
}

func memoryOfChannel(count uint64, capacity int) float64 {
	kept := make([]chan uint64, count)
	start := inUse()
	for index := range kept {
		kept[index] = make(chan uint64, capacity)
		for message := range capacity {
			kept[index] <- uint64(message)
		}
	}
	bytes := inUse() - start
	runtime.KeepAlive(kept)
	return float64(bytes) / float64(count)
}

func memoryOfWaiters(count uint64) float64 {
	channel := make(chan uint64, 1)
	channel <- 0
	start := inUse()
	for message := range count {
		go func() { channel <- message + 1 }()
	}
	time.Sleep(100 * time.Millisecond)
	bytes := inUse() - start
	sum := uint64(0)
	for range count + 1 {
		sum += <-channel
	}
	if sum != count*(count+1)/2 {
		log.Fatal("messages were lost")
	}
	return float64(bytes) / float64(count)
}

// inUse are the bytes of living objects and of stacks.
func inUse() int64 {
	runtime.GC()
	var statistics runtime.MemStats
	runtime.ReadMemStats(&statistics)
	return int64(statistics.HeapAlloc + statistics.StackInuse)
}
