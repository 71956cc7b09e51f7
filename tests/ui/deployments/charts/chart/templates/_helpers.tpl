{{/* The labels. */}}
{{- define "shop.labels" -}}
team: {{ .Values.team | default "{{ none }}" }}
{{- end }}
