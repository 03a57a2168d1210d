lock:
	uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-emit-package contracts requirements.in contracts/pyproject.toml chassis/pyproject.toml services/*/pyproject.toml -o requirements.lock
