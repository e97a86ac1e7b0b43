"""What a resident may still earn: limits by law and by the city, and the guard before every claim."""
