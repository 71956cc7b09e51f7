git clone --bare "$REPOSITORY" .git
