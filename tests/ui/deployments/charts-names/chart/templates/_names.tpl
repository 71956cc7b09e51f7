{{ define "shop.name" }}shop{{ .Values.other.part }}{{ end }}
