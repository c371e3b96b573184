package main

import (
	"cmp"
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"

	"herald-client/herald"
)

func main() {
	ctx := context.Background()
	client, err := herald.NewClientWithResponses(
		cmp.Or(os.Getenv("HERALD_URL"), "http://localhost:3000"),
		herald.WithRequestEditorFn(withKey),
	)
	check(err)

	renewedUntil := time.Date(2026, 5, 2, 8, 0, 0, 0, time.UTC)
	var event herald.CloudEvent
	check(event.FromSocialAccountAuthorisationRenewed(herald.SocialAccountAuthorisationRenewed{
		Specversion: "1.0",
		Id:          "renewal-go-1",
		Source:      "https://platform.example/accounts",
		Type:        "herald.social-account.authorisation-renewed.v1",
		Time:        time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC),
		Data:        herald.SocialAccountAuthorisationRenewedData{AccountId: "fb-1", AuthorisationExpiresAt: &renewedUntil},
	}))
	published, err := client.PublishEventsWithApplicationCloudeventsPlusJSONBodyWithResponse(ctx, event)
	check(err)
	if published.JSON202 == nil {
		// Problem details: `code` is stable, `detail` says what to do next.
		log.Fatal(string(published.Body))
	}
	receipt, err := published.JSON202.AsReceipt()
	check(err)
	fmt.Println("published:", receipt.Status)

	partner := "linden"
	page, err := client.ListNotificationsWithResponse(ctx, &herald.ListNotificationsParams{Partner: &partner})
	check(err)
	if page.JSON200 == nil {
		log.Fatal(string(page.Body))
	}
	for _, notification := range page.JSON200.Items {
		fmt.Printf("%s to %s: %s\n", notification.Rule, notification.RecipientName, notification.Outcome)

		why, err := client.GetWhyWithResponse(ctx, notification.NotificationId, nil)
		check(err)
		if why.JSON200 == nil {
			log.Fatal(string(why.Body))
		}
		fmt.Println("because:", why.JSON200.Sentence)
	}
}

func withKey(_ context.Context, request *http.Request) error {
	if key := os.Getenv("HERALD_KEY"); key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	return nil
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
