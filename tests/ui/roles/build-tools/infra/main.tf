terraform {
  backend "s3" {
    bucket         = "team-state"
    key            = "app.tfstate"
    region         = "eu-west-1"
    dynamodb_table = "team-locks"
  }
}
