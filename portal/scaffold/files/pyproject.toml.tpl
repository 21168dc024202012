[build-system]
requires = ["flit_core>=3.11,<5"]
build-backend = "flit_core.buildapi"

[project]
name = "[[ distribution ]]"
version = "[[ version ]]"
description = "[[ title ]]: a plug-in for Storewise."
readme = "README.md"
requires-python = ">=3.11"

# The portal finds the plug-in by this line; the name must be the plug-in's own.
[project.entry-points."storewise.plugins"]
[[ name ]] = "[[ package ]]:plugin"

[tool.flit.module]
name = "[[ package ]]"

[tool.pytest.ini_options]
testpaths = ["tests"]
pythonpath = ["."]
addopts = ["-ra", "--strict-markers"]

[tool.ruff]
line-length = 120
target-version = "py311"

[tool.ruff.lint]
select = ["E", "F", "W", "I", "B", "UP", "SIM", "C4", "RET", "RUF"]
ignore = ["E501", "RUF001", "RUF012"] # the formatter breaks code; Chinese punctuation is no slip; Flask asks for lists

[tool.ruff.lint.isort]
known-first-party = ["portal", "[[ package ]]"]

[tool.mypy]
files = ["[[ package ]]"]
exclude = ["/migrations/"]
python_version = "3.11"
strict = true
disallow_subclassing_any = false # WTForms, Flask-WTF and marshmallow carry no types
disallow_untyped_calls = false
disallow_untyped_decorators = false # nor does flask-smorest
follow_imports = "silent" # Storewise is checked where it lives
disable_error_code = ["import-untyped"]
