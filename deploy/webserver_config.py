"""Login of Airflow's user interface in production: FAB with its database; roles are Airflow's own (Viewer, User, Op, Admin).

An officer is `Viewer` (reads the board), an engineer `Op` (also downloads originals and clears tasks); a role `department:CODE`
shows on the board what that department sent, and nothing of Airflow. For single sign-on set AUTH_TYPE = AUTH_OAUTH,
OAUTH_PROVIDERS and AUTH_ROLES_MAPPING as the FAB provider's documentation says.
"""

from flask_appbuilder.const import AUTH_DB

AUTH_TYPE = AUTH_DB
AUTH_ROLE_PUBLIC = None
AUTH_USER_REGISTRATION = False
WTF_CSRF_ENABLED = True
