"""Prints one line for a role from the tool's report, and what failed; ends with 1 if anything did."""

import json
import sys

role, file, log = sys.argv[1:4]
try:
    with open(file) as report:
        found = json.load(report)
except (OSError, ValueError) as error:
    print(f"{role:<14} {'-':>10} {'-':>8} {'-':>9}  no report: {error}; see {log}")
    sys.exit(1)
if found["operations"] is None:
    print(f"{role:<14} {'-':>10} {'-':>8} {'-':>9}  nothing could be asked; see {log}")
    sys.exit(1)
failures = found["failures"]
errors = found["errors"]
count = sum(kind["count"] for kind in failures) + sum(kind["count"] for kind in errors)
print(f"{role:<14} {found['operations']['tested']:>10} {found['test_cases']['generated']:>8} {count:>9}"
      f"  {found['running_time']:.0f} s")
for kind in failures + errors:
    print(f"    {kind.get('code', '')} {kind['title']}: {kind['count']}")
    for operation in kind.get("operations", [])[:20]:
        name = operation if isinstance(operation, str) else operation.get("label", operation)
        print(f"        {name}")
if count:
    print(f"    see {log}")
sys.exit(1 if count or not found["complete"] else 0)
