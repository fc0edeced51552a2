"""Airflow imports this module, by its name, in each of its processes. The one that forks the tasks loads what they need once for all.

Great Expectations and pandas alone take seconds to import; a forked task has them at once (docs/decisions/0080-what-a-task-start-costs.md).
"""

import os

if os.environ.get("XANH_WARM"):
    from xanh.loading.warm import warm

    warm()
