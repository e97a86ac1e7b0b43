"""Towns whose people get mail."""

from tests.service.conftest import anna as anna
from tests.service.conftest import partner as partner
from tests.service.conftest import shop as shop
from tests.service.conftest import town as town
