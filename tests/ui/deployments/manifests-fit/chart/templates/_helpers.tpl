{{- define "shop.head" -}}
kind: Deployment
{{- end }}
