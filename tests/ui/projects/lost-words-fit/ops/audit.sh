echo audit
