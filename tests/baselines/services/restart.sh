systemctl restart app
