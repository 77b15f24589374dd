// Go's goroutines on the jobs of benches/peers: `tasks JOB COUNT` does the job once and prints the
// nanoseconds that one operation took, or the bytes that one goroutine takes. `tasks JOB COUNT traced`
// does so while Go's flight recorder keeps what its tracer tells.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"runtime"
	"runtime/trace"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

func main() {
	count, err := strconv.Atoi(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	jobs := map[string]func(int){
		"spawn": spawn, "ring": ring, "skynet": skynet, "yield": yield, "echo": echo, "region": region,
		"turn 100":   func(count int) { turns(count, 100) },
		"turn 1000":  func(count int) { turns(count, 1000) },
		"turn 10000": func(count int) { turns(count, 10000) },
	}
	if len(os.Args) > 3 {
		recorder := trace.NewFlightRecorder(trace.FlightRecorderConfig{MaxBytes: 4 << 20})
		if err := recorder.Start(); err != nil {
			log.Fatal(err)
		}
	}
	if os.Args[1] == "park" {
		fmt.Println(park(count))
		return
	}
	job, ok := jobs[os.Args[1]]
	if !ok {
		log.Fatal("no such job: ", os.Args[1])
	}
	start := time.Now()
	job(count)
	fmt.Println(float64(time.Since(start).Nanoseconds()) / float64(count))
}

func check(got, want int) {
	if got != want {
		log.Fatalf("%d instead of %d", got, want)
	}
}

func spawn(count int) {
	var sum atomic.Int64
	var group sync.WaitGroup
	group.Add(count)
	for n := range count {
		go func() {
			sum.Add(int64(n))
			group.Done()
		}()
	}
	group.Wait()
	check(int(sum.Load()), count*(count-1)/2)
}

func resident() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		log.Fatal(err)
	}
	if runtime.GOOS == "darwin" {
		return usage.Maxrss
	}
	return usage.Maxrss * 1024
}

func park(count int) float64 {
	before := resident()
	never := make(chan struct{})
	var started atomic.Int64
	for range count {
		go func() {
			started.Add(1)
			<-never
		}()
	}
	for int(started.Load()) < count {
		time.Sleep(time.Millisecond)
	}
	return float64(resident()-before) / float64(count)
}

func ring(hops int) {
	const tasks = 1000
	var total atomic.Int64
	var group sync.WaitGroup
	channels := make([]chan int, tasks)
	for n := range channels {
		channels[n] = make(chan int, 1)
	}
	group.Add(tasks)
	for n := range tasks {
		from, to := channels[n], channels[(n+1)%tasks]
		go func() {
			defer group.Done()
			for {
				left := <-from
				total.Add(1)
				if left == 0 {
					to <- 0
					return
				}
				to <- left - 1
			}
		}()
	}
	channels[0] <- hops
	group.Wait()
	check(int(total.Load()), hops+tasks)
}

func grow(first, leaves int, to chan<- int) {
	if leaves == 1 {
		to <- first
		return
	}
	children := make(chan int, 10)
	for n := range 10 {
		go grow(first+n*leaves/10, leaves/10, children)
	}
	sum := 0
	for range 10 {
		sum += <-children
	}
	to <- sum
}

func skynet(leaves int) {
	root := make(chan int, 1)
	go grow(0, leaves, root)
	check(<-root, leaves*(leaves-1)/2)
}

func yield(count int) {
	const tasks = 100
	var total atomic.Int64
	var group sync.WaitGroup
	group.Add(tasks)
	for range tasks {
		go func() {
			for range count / tasks {
				runtime.Gosched()
			}
			total.Add(int64(count / tasks))
			group.Done()
		}()
	}
	group.Wait()
	check(int(total.Load()), count)
}

// Each turn is so many multiplications that depend on each other.
func turns(count, length int) {
	const tasks = 100
	var total atomic.Uint64
	var group sync.WaitGroup
	group.Add(tasks)
	for range tasks {
		go func() {
			number := uint64(1)
			for range count / tasks {
				for range length {
					number = number*0x9e3779b97f4a7c15 ^ 1
				}
				runtime.Gosched()
			}
			total.Add(number | 1)
			group.Done()
		}()
	}
	group.Wait()
	if total.Load() == 0 {
		log.Fatal("nothing was computed")
	}
}

func region(count int) {
	for range count {
		trace.StartRegion(context.Background(), "region").End()
	}
}

const trips = 20

func echo(count int) {
	connections := count / trips
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go serve(connection)
		}
	}()
	var answered atomic.Int64
	var group sync.WaitGroup
	group.Add(connections)
	for n := range connections {
		go func() {
			defer group.Done()
			answered.Add(int64(call(listener.Addr().String(), byte(n))))
		}()
	}
	group.Wait()
	check(int(answered.Load()), count)
}

func serve(connection net.Conn) {
	defer connection.Close()
	var message [64]byte
	for {
		if _, err := io.ReadFull(connection, message[:]); err != nil {
			return
		}
		if _, err := connection.Write(message[:]); err != nil {
			return
		}
	}
}

func call(address string, letter byte) int {
	connection, err := net.Dial("tcp", address)
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	var message, answer [64]byte
	message[63] = letter
	for trip := range trips {
		if _, err := connection.Write(message[:]); err != nil {
			log.Fatal(err)
		}
		if _, err := io.ReadFull(connection, answer[:]); err != nil || answer != message {
			log.Fatal("no echo: ", trip, err)
		}
	}
	return trips
}
