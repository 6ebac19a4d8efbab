"""Pure rules: values in, values out; no database, framework or clock."""
