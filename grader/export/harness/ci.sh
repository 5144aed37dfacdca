#!/bin/sh
# Grades one student's folder on a CI machine: ci.sh SUBMISSION RESULTS
# Leaves report.json, report.html, junit.xml and Classroom 50's result.json in RESULTS. The status is 0 also where checks
# fail, because that is a result; with GRADE_FAIL=1 it is 1 then. It is 3 where the grader itself failed.
set -u
submission="${1:?usage: ci.sh SUBMISSION RESULTS}"
results="${2:?usage: ci.sh SUBMISSION RESULTS}"
kit="${GRADE_KIT:-$(cd "$(dirname "$0")/../../.." && pwd)}"
python="${GRADE_PYTHON:-python3}"

mkdir -p "$results"
"$python" "$kit/grade.py" ${GRADE_ONLY:-all} --course "$kit/course" --submission "$submission" \
    --json "$results/report.json" --report "$results/report.html"
graded=$?
[ "$graded" -le 1 ] || exit "$graded"
for format in classroom50 junit; do
    case "$format" in classroom50) file=result.json ;; *) file=junit.xml ;; esac
    "$python" "$kit/grade.py" export "$results/report.json" --to "$format" --into "$results/$file" \
        --course "$kit/course" || exit 3
done
[ "${GRADE_FAIL:-0}" = 1 ] && exit "$graded"
exit 0
