"""HTTP: one module per Serve application, named as in serve_config.yaml."""
