{{- define "shop.labels" -}}
team: shop
{{- end }}
