"""The project's own sample submissions: an invented province's departments fill in their forms, some of them wrongly.

`plan.yaml` says who sends what when, `forms.yaml` how the forms look, `figures.yaml` and the registers of the
catalogue what stands in them. The same plan always gives the same bytes.
"""

from __future__ import annotations

from xanh.samples.deliver import ExpectedSubmission, write_samples

__all__ = ["ExpectedSubmission", "write_samples"]
