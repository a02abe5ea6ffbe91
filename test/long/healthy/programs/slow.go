package main

import (
	"net/http"
	"os"
	"time"
)

// Answers each request after 40 s. usage: PORT
func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { time.Sleep(40 * time.Second) })
	http.ListenAndServe("127.0.0.1:"+os.Args[1], nil)
}
