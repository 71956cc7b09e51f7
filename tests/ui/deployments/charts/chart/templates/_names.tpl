{{ define "shop.name" }}shop
