// River on SQLite, with a pool of SMTP connections: a job for each mail is recorded before it is sent, and its completion after.
// Reads `send COUNT` from its input; answers `recorded COUNT` once every job is recorded as completed.
package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/smtp"
	"net/textproto"
	"os"
	"strings"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	_ "modernc.org/sqlite"
)

const (
	batch  = 1_000
	ahead  = 10 // jobs for each connection that wait in memory
	sender = "notifications@aurora.example"
)

type mail struct {
	To string `json:"to"`
}

func (mail) Kind() string { return "mail" }

type content struct {
	Subject string `json:"subjectLine"`
	Html    string `json:"html"`
	Text    string `json:"text"`
}

// compose writes the source of a mail, as nodemailer does: both parts in quoted-printable.
func (c content) compose(to io.Writer, recipient string) error {
	parts := multipart.NewWriter(to)
	headers := []string{
		"From: " + sender,
		"To: " + recipient,
		"Subject: " + mime.QEncoding.Encode("utf-8", c.Subject),
		"Message-ID: <" + rand.Text() + "@aurora.example>",
		"Date: " + time.Now().Format(time.RFC1123Z),
		"MIME-Version: 1.0",
		"Content-Type: multipart/alternative; boundary=" + parts.Boundary(),
	}
	if _, err := io.WriteString(to, strings.Join(headers, "\r\n")+"\r\n\r\n"); err != nil {
		return err
	}
	for _, one := range [][2]string{{"text/plain", c.Text}, {"text/html", c.Html}} {
		part, err := parts.CreatePart(textproto.MIMEHeader{
			"Content-Type":              {one[0] + "; charset=utf-8"},
			"Content-Transfer-Encoding": {"quoted-printable"},
		})
		if err != nil {
			return err
		}
		encoded := quotedprintable.NewWriter(part)
		if _, err := io.WriteString(encoded, one[1]); err != nil {
			return err
		}
		if err := encoded.Close(); err != nil {
			return err
		}
	}
	return parts.Close()
}

type sendMail struct {
	river.WorkerDefaults[mail]
	connections chan *smtp.Client
	content     content
}

func (w *sendMail) Work(_ context.Context, job *river.Job[mail]) error {
	var source bytes.Buffer
	if err := w.content.compose(&source, job.Args.To); err != nil {
		return err
	}
	connection := <-w.connections
	defer func() { w.connections <- connection }()
	if err := connection.Mail(sender); err != nil {
		return err
	}
	if err := connection.Rcpt(job.Args.To); err != nil {
		return err
	}
	body, err := connection.Data()
	if err != nil {
		return err
	}
	if _, err := source.WriteTo(body); err != nil {
		return err
	}
	return body.Close()
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	file := flag.String("file", "", "the SQLite file")
	source := flag.String("mail", "", "the file of a mail as JSON: subjectLine, html, text")
	port := flag.Int("port", 0, "of the mail server on this machine")
	count := flag.Int("connections", 5, "to the mail server")
	flag.Parse()
	ctx := context.Background()

	pragmas := "_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)&_txlock=immediate"
	db := must(sql.Open("sqlite", "file:"+*file+"?"+pragmas))
	db.SetMaxOpenConns(1)
	driver := riversqlite.New(db)
	must(must(rivermigrate.New(driver, nil)).Migrate(ctx, rivermigrate.DirectionUp, nil))

	worker := &sendMail{connections: make(chan *smtp.Client, *count)}
	if err := json.Unmarshal(must(os.ReadFile(*source)), &worker.content); err != nil {
		log.Fatal(err)
	}
	for range *count {
		worker.connections <- must(smtp.Dial(fmt.Sprintf("127.0.0.1:%d", *port)))
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, worker)
	client := must(river.NewClient(driver, &river.Config{
		Workers:           workers,
		Queues:            map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: *count * ahead}},
		FetchCooldown:     time.Millisecond,
		FetchPollInterval: 5 * time.Millisecond,
		Logger:            slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	}))
	completed, cancel := client.Subscribe(river.EventKindJobCompleted)
	defer cancel()
	if err := client.Start(ctx); err != nil {
		log.Fatal(err)
	}
	fmt.Println("ready")

	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var mails int
		must(fmt.Sscanf(lines.Text(), "send %d", &mails))
		go func() {
			for n := 0; n < mails; n += batch {
				jobs := make([]river.InsertManyParams, 0, batch)
				for m := n; m < min(n+batch, mails); m++ {
					jobs = append(jobs, river.InsertManyParams{Args: mail{To: fmt.Sprintf("u%d@partner.example", m)}})
				}
				must(client.InsertManyFast(ctx, jobs))
			}
		}()
		for range mails {
			<-completed
		}
		fmt.Printf("recorded %d\n", mails)
	}
}
