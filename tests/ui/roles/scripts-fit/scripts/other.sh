#!/bin/sh
aws sqs purge-queue --queue-url https://sqs.eu-west-1.amazonaws.com/111122223333/jobs
