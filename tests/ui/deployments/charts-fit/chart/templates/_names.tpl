{{/* The name: } */}}
{{- define "shop.name" -}}
{{ default "shop" .values }}{{ include "shop.part" $ }}
{{- end }}
{{ define "shop.part" }}a{{ end }}
